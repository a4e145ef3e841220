import { hash32 } from "@beyond24/sparse24";

/** Numbers that follow from a seed. */
export class Draws {
  readonly #seed: number;
  #count = 0;

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** A whole number from 0 to below `limit`. */
  below(limit: number): number {
    return Math.floor(hash32([this.#seed, this.#count++]) / 2 ** 32 * limit);
  }
}

type Mutation = (bytes: Uint8Array<ArrayBuffer>, draws: Draws) => Uint8Array<ArrayBuffer>;

/** Bytes that mean something in one of the formats. */
const telling = Uint8Array.of(
  0,
  0xff,
  0x7f,
  0x80,
  0x0a,
  0x0d,
  0x22,
  0x5b,
  0x5c,
  0x5d,
  0x7b,
  0x7d,
  0x2c,
  0x3a,
  0xef,
  0xc3,
);

function range(bytes: Uint8Array, draws: Draws): [start: number, end: number] {
  const start = draws.below(bytes.length + 1);
  return [start, Math.min(bytes.length, start + draws.below(64))];
}

function joined(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const part of parts) {
    whole.set(part, end);
    end += part.length;
  }
  return whole;
}

function overwrite(bytes: Uint8Array<ArrayBuffer>, draws: Draws, value: () => number): Uint8Array<ArrayBuffer> {
  const copy = bytes.slice();
  if (copy.length > 0) copy[draws.below(copy.length)] = value();
  return copy;
}

/** Damage that leaves everything at its place, or cuts the end off: what disks and broken downloads do. */
const inPlace: readonly Mutation[] = [
  (bytes, draws) => {
    const at = draws.below(Math.max(1, bytes.length));
    const copy = bytes.slice();
    if (copy.length > 0) copy[at] = (copy[at] ?? 0) ^ (1 << draws.below(8));
    return copy;
  },
  (bytes, draws) => overwrite(bytes, draws, () => draws.below(256)),
  (bytes, draws) => overwrite(bytes, draws, () => telling[draws.below(telling.length)] ?? 0),
  (bytes, draws) => {
    const [start, end] = range(bytes, draws);
    return bytes.slice().fill(draws.below(256), start, end);
  },
  (bytes, draws) => bytes.slice(0, draws.below(bytes.length + 1)),
];

/** Damage that moves things, which a person or another program does. */
const moving: readonly Mutation[] = [
  (bytes, draws) => {
    const [start, end] = range(bytes, draws);
    return joined(bytes.subarray(0, start), bytes.subarray(end));
  },
  (bytes, draws) => {
    const [start, end] = range(bytes, draws);
    return joined(bytes.subarray(0, end), bytes.subarray(start));
  },
  (bytes, draws) => {
    const at = draws.below(bytes.length + 1);
    const more = Uint8Array.from({ length: 1 + draws.below(16) }, () => telling[draws.below(telling.length)] ?? 0);
    return joined(bytes.subarray(0, at), more, bytes.subarray(at));
  },
  (bytes, draws) => {
    const at = draws.below(bytes.length + 1);
    return joined(bytes.subarray(at), bytes.subarray(0, at));
  },
];

/**
 * Damages bytes one to four times.
 *
 * @param bytes What is damaged; it stays as it is
 * @param draws Decides how
 * @param moves Whether things may move
 */
export function mutate(bytes: Uint8Array<ArrayBuffer>, draws: Draws, moves: boolean): Uint8Array<ArrayBuffer> {
  const mutations = moves ? [...inPlace, ...moving] : inPlace;
  let damaged = bytes;
  for (let times = 1 + draws.below(4); times > 0; times--) {
    damaged = mutations[draws.below(mutations.length)]?.(damaged, draws) ?? damaged;
  }
  return damaged;
}
