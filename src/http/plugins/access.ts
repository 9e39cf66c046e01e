import type { Plugin } from 'graphql-yoga';
import { type Access, toRequestHeaders } from '../access.ts';

/** Turns away whoever may see nothing, before the operation is even parsed. */
export function useAccess(access: Access): Plugin {
  return {
    onRequestParse({ request }) {
      access.perspectiveOf(toRequestHeaders(request));
    },
  };
}
