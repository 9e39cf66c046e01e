import type { IncomingMessage } from 'node:http';
import { clientAddress, type TrustedProxies } from '../../lib/client-address.ts';
import type { Door, Visitor } from '../access.ts';
import type { RateLimit } from './rate-limit.ts';

/**
 * Takes what a request costs from its client: a holder of a token by it, everyone else by address.
 */
export interface Admission {
  /** `points`: of the whole request. What it has paid already is not taken again. */
  take(visitor: Visitor, message: IncomingMessage | Request, points: number): Promise<void>;
  /** For what a request is given beside its answer. */
  takeMore(visitor: Visitor, message: IncomingMessage | Request, points: number): Promise<void>;
}

/** `limit`: null admits everyone. */
export function createAdmission(limit: RateLimit | null, trusted: TrustedProxies, door: Door): Admission | null {
  if (!limit) return null;
  const paid = new WeakMap<IncomingMessage | Request, number>();
  const takeMore: Admission['takeMore'] = async (visitor, message, points) => {
    const remote = ('socket' in message && message.socket.remoteAddress) || '';
    const client = door.tokenOf(visitor) ?? clientAddress(remote, visitor.header('x-forwarded-for'), trusted);
    await limit.take(client, points);
  };
  return {
    takeMore,
    async take(visitor, message, points) {
      const due = points - (paid.get(message) ?? 0);
      if (due <= 0) return;
      await takeMore(visitor, message, due);
      paid.set(message, points);
    },
  };
}
