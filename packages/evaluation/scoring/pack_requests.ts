import type { EncodedRequest } from "./encode_request.ts";

/** Requests of a pass, on the host: see `PackedSequences` of `@beyond24/transformer` for what the arrays mean. */
export interface PackedRequests {
  /** [T]. */
  readonly tokens: Int32Array;
  /** [T]. */
  readonly positions: Int32Array;
  /** [B · S]. */
  readonly members: Int32Array;
  /** [T]. */
  readonly places: Int32Array;
  /** B. */
  readonly sequences: number;
  /** S. */
  readonly sequenceLength: number;
  /** [R]. */
  readonly asked: Int32Array;
  /** [R]. */
  readonly targets: Int32Array;
}

/**
 * Packs requests into one tree of tokens: what several begin with is there once, so choices of a document share their
 * context, and of continuations of one token nothing is computed but the context. Sizes are rounded up, those that
 * attention alone depends on generously, so that few different ones occur and a device can use again what it has
 * prepared for them.
 *
 * @param requests The requests
 * @param longest Most positions of a sequence
 * @returns The tree; what is asked stands request by request
 *
 * @example Two choices of one token: the context is there once
 * ```ts
 * import { packRequests } from "@beyond24/evaluation";
 * import { assertEquals } from "@std/assert";
 *
 * const ask = (target: number) => ({ input: Int32Array.of(7, 8), targets: Int32Array.of(target), cut: 0 });
 * const { members, sequenceLength, asked, targets } = packRequests([ask(1), ask(2)], 32);
 * assertEquals([...members.subarray(0, sequenceLength)].slice(0, 3), [0, 1, -1]);
 * assertEquals([[...asked].slice(0, 2), [...targets].slice(0, 3)], [[1, 1], [1, 2, -1]]);
 * ```
 */
export function packRequests(requests: readonly EncodedRequest[], longest: number): PackedRequests {
  const tree = new TokenTree();
  const asked: number[] = [];
  for (const { input, targets } of requests) {
    const path = tree.add(input);
    asked.push(...path.slice(path.length - targets.length));
  }
  const targets = requests.flatMap(({ targets }) => [...targets]);
  const { tokens, positions } = tree;
  const leaves = tree.leaves();
  const count = roundedUp(tokens.length, 64, 8);
  const sequences = roundedUp(leaves.length, 8, 2);
  const deepest = positions.reduce((most, position) => Math.max(most, position + 1), 1);
  const sequenceLength = Math.min(longest, roundedUp(deepest, 32, 2));
  const members = new Int32Array(sequences * sequenceLength).fill(-1);
  const places = new Int32Array(count);
  for (const [sequence, leaf] of leaves.entries()) {
    for (let node = leaf; node >= 0; node = tree.parents[node] ?? -1) {
      const place = sequence * sequenceLength + (positions[node] ?? 0);
      members[place] = node;
      places[node] = place;
    }
  }
  const rows = roundedUp(asked.length, 64, 4);
  return {
    tokens: filled(tokens, count, 0),
    positions: filled(positions, count, 0),
    members,
    places,
    sequences,
    sequenceLength,
    asked: filled(asked, rows, 0),
    targets: filled(targets, rows, -1),
  };
}

/** Tokens by what stands before them. */
class TokenTree {
  readonly tokens: number[] = [];
  readonly positions: number[] = [];
  /** The node before each; -1 for none. */
  readonly parents: number[] = [];
  readonly #children = new Map<number, number>();
  readonly #inner = new Set<number>();

  /** The nodes of a sequence, which are made where they are missing. */
  add(sequence: Int32Array): number[] {
    const path: number[] = [];
    let parent = -1;
    for (const [position, token] of sequence.entries()) {
      // Exact in a double: there are fewer than 2^24 tokens in a vocabulary.
      const key = (parent + 1) * 2 ** 24 + token;
      const node = this.#children.get(key) ?? this.tokens.length;
      if (node === this.tokens.length) {
        this.#children.set(key, node);
        this.tokens.push(token);
        this.positions.push(position);
        this.parents.push(parent);
        this.#inner.add(parent);
      }
      path.push(node);
      parent = node;
    }
    return path;
  }

  /** The nodes that nothing follows: the ends of the sequences that are no beginnings of others. */
  leaves(): number[] {
    return this.tokens.flatMap((_, node) => this.#inner.has(node) ? [] : [node]);
  }
}

/** At most a `parts`th more, in steps of at least `step`. */
function roundedUp(count: number, step: number, parts: number): number {
  const unit = Math.max(step, 2 ** Math.floor(Math.log2(Math.max(1, count))) / parts);
  return Math.ceil(Math.max(1, count) / unit) * unit;
}

function filled(values: readonly number[], length: number, rest: number): Int32Array {
  const array = new Int32Array(length).fill(rest);
  array.set(values);
  return array;
}
