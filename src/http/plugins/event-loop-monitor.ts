import type { Plugin } from 'graphql-yoga';
import { serviceUnavailable } from '../../graph/errors.ts';
import type { EventLoopMonitor } from '../event-loop-monitor.ts';

/**
 * Refuses requests at once while there is no time for them: those under way are answered sooner.
 */
export function useEventLoopMonitor(eventLoop: EventLoopMonitor): Plugin {
  return {
    onRequestParse() {
      if (eventLoop.isOverloaded) throw serviceUnavailable();
    },
  };
}
