/**
 * Seeded chance (sfc32). Everything drawn is the same on every machine: integers, and floating point
 * only by operations whose result IEEE 754 fixes to the last bit (so no `Math.pow`).
 */
export class Draws {
  #a: number;
  #b: number;
  #c = 0x9e3779b9;
  #count = 1;

  /** Each pair of integers has a sequence of its own. */
  constructor(seed: number, stream: number) {
    this.#a = seed | 0;
    this.#b = stream | 0;
    for (let i = 0; i < 12; i++) this.bits();
  }

  /** 32 bits, as an integer from 0. */
  bits(): number {
    const sum = (this.#a + this.#b + this.#count++) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** From 0 up to, not including, 1. */
  unit(): number {
    return this.bits() / 0x1_0000_0000;
  }

  /** True in `share` (0 to 1) of all draws. */
  chance(share: number): boolean {
    return this.unit() < share;
  }

  /** A whole number, both ends included. */
  int(from: number, to: number): number {
    return from + Math.floor(this.unit() * (to - from + 1));
  }

  pick<T>(list: readonly T[]): T {
    return list[this.int(0, list.length - 1)] as T;
  }

  /**
   * A rank from 0 to `count` - 1, the low ones popular: ranks from r on have a share of about
   * (head / (head + r)) ** 0.4. The larger `head`, the more ranks share the popularity.
   */
  rank(count: number, head = 1): number {
    for (;;) {
      const u = 1 - this.unit();
      const rank = Math.floor(head / (u * u * Math.sqrt(u)) - head);
      if (rank < count) return rank;
    }
  }
}
