import type { Plugin } from 'graphql-yoga';
import { serviceUnavailable } from '../../graph/errors.ts';
import type { Pressure } from '../event-loop-monitor.ts';

/**
 * Refuses requests at once while there is no time for them: those under way are answered sooner.
 */
export function usePressure(pressure: Pressure): Plugin {
  return {
    onRequestParse() {
      if (pressure.isHigh) throw serviceUnavailable();
    },
  };
}
