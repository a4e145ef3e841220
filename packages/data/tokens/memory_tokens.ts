import { checkTokenRange, type TokenSource } from "./token_source.ts";

/** Arrays that tokens lie in; in bytes each is a token. */
export type TokenArray = Int32Array | Uint32Array | Uint16Array | Uint8Array;

/**
 * Tokens in memory: arrays one after the other, as they are.
 *
 * @param parts The arrays; they are kept, not copied
 * @returns A source
 *
 * @example Read across two arrays
 * ```ts
 * import { memoryTokens } from "@beyond24/data";
 * import { assertEquals } from "@std/assert";
 *
 * const tokens = memoryTokens([Uint8Array.of(1, 2, 3), Uint8Array.of(4, 5)]);
 * assertEquals(tokens.length, 5);
 * assertEquals(tokens.read(2, 2), Int32Array.of(3, 4));
 * ```
 */
export function memoryTokens(parts: readonly TokenArray[]): TokenSource {
  const kept = parts.filter(({ length }) => length > 0);
  const starts: number[] = [];
  let length = 0;
  for (const part of kept) {
    starts.push(length);
    length += part.length;
  }
  return {
    length,
    read: (start, count) => {
      checkTokenRange(length, start, count);
      const tokens = new Int32Array(count);
      let done = 0;
      for (let part = lastAtMost(starts, start); done < count; part++) {
        const from = start + done - (starts[part] ?? 0);
        const piece = kept[part]?.subarray(from, from + count - done) ?? [];
        tokens.set(piece, done);
        done += piece.length;
      }
      return tokens;
    },
  };
}

/** Index of the last value that is not above a limit, in ascending values. */
function lastAtMost(values: readonly number[], limit: number): number {
  let low = 0;
  let high = values.length;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((values[middle] ?? 0) <= limit) low = middle;
    else high = middle;
  }
  return low;
}
