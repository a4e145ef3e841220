import { checkInteger } from "./_check.ts";

/** Bytes of logits that exist at once on a device that does not ask for another size. */
export const usualLogitsBytes: number = 2 ** 26;

/**
 * Bytes of logits that a GPU takes at once, as its products are fast on many rows: a part of its memory.
 *
 * @param memoryBytes Bytes of its memory
 * @returns A 32nd, 256 MiB at least
 *
 * @example A GPU of 80 GB
 * ```ts
 * import { gpuLogitsBytes } from "@beyond24/recipe";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(gpuLogitsBytes(80e9), 2.5e9);
 * ```
 */
export function gpuLogitsBytes(memoryBytes: number): number {
  return Math.max(2 ** 28, Math.floor(memoryBytes / 32));
}

/**
 * Rows of logits that exist at once: they are made and used up in chunks of as many as fit, in multiples of 128 where
 * that is possible, at least one.
 *
 * @param tokens Rows in all
 * @param rowBytes Bytes of a row: the vocabulary times those of an activation
 * @param budget Bytes that the logits may take. Default: {@linkcode usualLogitsBytes}
 * @returns Rows of a chunk
 * @throws {RangeError} If a number is not an integer >= 1
 *
 * @example The vocabulary of Llama 3 in bfloat16
 * ```ts
 * import { logitsRows } from "@beyond24/recipe";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(logitsRows(16_384, 2 * 128_256), 256);
 * assertEquals(logitsRows(16_384, 2 * 128_256, 2 ** 33), 16_384);
 * ```
 */
export function logitsRows(tokens: number, rowBytes: number, budget: number = usualLogitsBytes): number {
  const checks = { tokens, rowBytes, budget };
  for (const [name, value] of Object.entries(checks)) checkInteger(value, name, 1, "count rows of logits");
  const fitting = Math.max(1, Math.min(tokens, Math.floor(budget / rowBytes)));
  return fitting < tokens && fitting > 128 ? fitting - fitting % 128 : fitting;
}
