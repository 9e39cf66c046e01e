import type { Plugin } from 'graphql-yoga';
import { type Door, visitorOf } from '../access.ts';

/** Turns away whoever may see nothing, before the operation is even parsed. */
export function useDoor(door: Door): Plugin {
  return {
    onRequestParse({ request }) {
      door.perspectiveOf(visitorOf(request));
    },
  };
}
