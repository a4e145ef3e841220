/**
 * A bijection of 32-bit integers (signed or not) that spreads every bit over all: the finalizer of {@linkcode hash32}.
 */
export function mix32(word: number): number {
  let x = word ^ (word >>> 16);
  x = Math.imul(x, 0x21f0aaad);
  x ^= x >>> 15;
  x = Math.imul(x, 0x735a2d97);
  return x ^ (x >>> 15);
}
