/** A 32-bit mixing function without fixed pattern (Wellons 2018, "lowbias32"). */
function mix(value: number): number {
  let x = value | 0;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}

/** A number of 32 bits for a seed and a name (FNV-1a over the name, then mixed with both halves of the seed). */
function streamKey(seed: number, name: string): number {
  let hash = 0x811c9dc5;
  for (const character of name) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return mix(mix(hash ^ mix(seed)) ^ mix(Math.floor(seed / 2 ** 32) + 1));
}

/**
 * Normally distributed numbers from a counter: the numbers of a stream depend on seed, name and index only. Uniform
 * bits are `mix(mix(key ^ index) + key)`; pairs of them make pairs of normal numbers (Box and Muller 1958).
 */
export function normalValues(count: number, deviation: number, seed: number, name: string): Float32Array<ArrayBuffer> {
  const key = streamKey(seed, name);
  const uniform = (index: number) => (mix(mix(key ^ index) + key) + 0.5) / 2 ** 32;
  const values = new Float32Array(count);
  for (let i = 0; i < count; i += 2) {
    const radius = deviation * Math.sqrt(-2 * Math.log(uniform(i)));
    const angle = 2 * Math.PI * uniform(i + 1);
    values[i] = radius * Math.cos(angle);
    if (i + 1 < count) values[i + 1] = radius * Math.sin(angle);
  }
  return values;
}
