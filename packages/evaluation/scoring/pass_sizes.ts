import type { Device } from "@beyond24/device";

/** How the sizes of a pass are rounded up. */
export interface PassSizes {
  /** Tokens, of passes of at most `most`, unless a group alone has more. */
  readonly tokens: (count: number, most: number) => number;
  /** Rows that something is asked for. */
  readonly rows: (count: number) => number;
  /** Sequences, for attention alone. */
  readonly sequences: (count: number) => number;
  /** Positions of a sequence, for attention alone. */
  readonly positions: (count: number) => number;
}

/** Little padding: each row costs time, a new size hardly any. */
export const manySizes: PassSizes = {
  tokens: (count) => roundedUp(count, { step: 64, parts: 8 }),
  rows: (count) => roundedUp(count, { step: 64, parts: 4 }),
  sequences: (count) => roundedUp(count, { step: 8, parts: 2 }),
  positions: (count) => roundedUp(count, { step: 32, parts: 2 }),
};

/** Few different sizes, for a device to which a new one costs more than several passes. */
export const fewSizes: PassSizes = {
  tokens: (count, most) =>
    Math.max(manySizes.tokens(count, most), Math.min(roundedUp(count, { step: 1024, parts: 1 }), upTo(64, most))),
  rows: (count) => roundedUp(count, { step: 1024, parts: 2 }),
  sequences: (count) => roundedUp(count, { step: 128, parts: 1 }),
  positions: (count) => roundedUp(count, { step: 64, parts: 2 }),
};

/** The sizes that are best on a device. */
export function passSizes({ tunesEachSize = false }: Pick<Device, "tunesEachSize">): PassSizes {
  return tunesEachSize ? fewSizes : manySizes;
}

/** At most a `parts`th more, in steps of at least `step`. */
function roundedUp(count: number, { step, parts }: { readonly step: number; readonly parts: number }): number {
  const least = Math.max(1, count);
  return upTo(Math.max(step, 2 ** Math.floor(Math.log2(least)) / parts), least);
}

function upTo(unit: number, count: number): number {
  return Math.ceil(count / unit) * unit;
}
