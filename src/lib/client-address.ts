import { BlockList, isIP } from 'node:net';

/** Who may say, in `X-Forwarded-For`, on whose behalf it asks: addresses and CIDR blocks. */
export type TrustedProxies = BlockList;

/** Throws with the first that is none. */
export function toTrustedProxies(blocks: readonly string[]): TrustedProxies {
  const list = new BlockList();
  for (const block of blocks) {
    const [address = '', bits] = block.split('/');
    const version = isIP(address);
    const most = version === 4 ? 32 : 128;
    const prefix = bits === undefined ? most : Number(bits);
    if (version === 0 || (bits !== undefined && !/^\d+$/.test(bits)) || prefix > most)
      throw new Error(`"${block}" is no address or block`);
    list.addSubnet(address, prefix, version === 4 ? 'ipv4' : 'ipv6');
  }
  return list;
}

/**
 * Whom a request is counted for: the nearest address that no trusted proxy has. What it says of
 * those before it may be forged. Of an IPv6 address the network: one client has all of its 2^64.
 */
export function clientAddress(remote: string, forwardedFor: string | null, trusted: TrustedProxies): string {
  const path = [...(forwardedFor ?? '').split(','), remote].map(plain).filter((address) => isIP(address) > 0);
  const client = path.findLast((address) => !isTrusted(address, trusted)) ?? path[0] ?? '';
  return isIP(client) === 6 ? networkOf(client) : client;
}

function plain(address: string): string {
  return address.trim().replace(/^::ffff:(?=[\d.]+$)/i, '');
}

function isTrusted(address: string, trusted: TrustedProxies): boolean {
  return trusted.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6');
}

/** The first four groups. */
function networkOf(address: string): string {
  const [head = '', tail] = address.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail ? tail.split(':') : [];
  const zeros = tail === undefined ? [] : Array(Math.max(0, 8 - before.length - after.length)).fill('0');
  const groups = [...before, ...zeros, ...after].slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
  return `${groups.join(':')}::/64`;
}
