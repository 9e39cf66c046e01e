import type { IncomingMessage } from 'node:http';
import type { Door, Visitor } from '../door.ts';
import { clientAddress, type TrustedProxies } from './client-address.ts';
import type { RateLimit } from './rate-limit.ts';

/** Takes what a request costs from its client: a holder of a token by it, everyone else by address. */
export interface Admission {
  take(visitor: Visitor, message: IncomingMessage | undefined, points: number): Promise<void>;
}

/** `limit`: null admits everyone. */
export function createAdmission(limit: RateLimit | null, trusted: TrustedProxies, door: Door): Admission | null {
  if (!limit) return null;
  return {
    take(visitor, message, points) {
      const remote = message?.socket.remoteAddress ?? '';
      const client = door.tokenOf(visitor) ?? clientAddress(remote, visitor.header('x-forwarded-for'), trusted);
      return limit.take(client, points);
    },
  };
}
