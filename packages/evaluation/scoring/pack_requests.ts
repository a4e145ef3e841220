import type { EncodedRequest } from "./encode_request.ts";
import { manySizes, type PassSizes } from "./pass_sizes.ts";

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

/** How {@linkcode packRequests} rounds. */
export interface PackRequestsOptions {
  /** Most positions of a sequence. */
  readonly longest: number;
  /** Tokens of a full pass. Default 2048. */
  readonly batch?: number;
  /** How sizes are rounded up. Default: with little padding. */
  readonly sizes?: PassSizes;
}

/**
 * Packs requests into one tree of tokens: what several begin with is there once, so choices of a document share their
 * context, and of continuations of one token nothing is computed but the context. Sizes are rounded up, so that few
 * different ones occur and a device can use again what it has prepared for them.
 *
 * @param requests The requests
 * @param options Most positions of a sequence, sizes
 * @returns The tree; what is asked stands request by request
 *
 * @example Two choices of one token: the context is there once
 * ```ts
 * import { packRequests } from "@beyond24/evaluation";
 * import { assertEquals } from "@std/assert";
 *
 * const ask = (target: number) => ({ input: Int32Array.of(7, 8), targets: Int32Array.of(target), cut: 0 });
 * const { members, sequenceLength, asked, targets } = packRequests([ask(1), ask(2)], { longest: 32 });
 * assertEquals([...members.subarray(0, sequenceLength)].slice(0, 3), [0, 1, -1]);
 * assertEquals([[...asked].slice(0, 2), [...targets].slice(0, 3)], [[1, 1], [1, 2, -1]]);
 * ```
 */
export function packRequests(
  requests: readonly EncodedRequest[],
  { longest, batch = 2048, sizes = manySizes }: PackRequestsOptions,
): PackedRequests {
  const tree = new TokenTree();
  const rows = requests.reduce((count, { targets }) => count + targets.length, 0);
  const asked = new Int32Array(sizes.rows(rows));
  const targets = new Int32Array(asked.length).fill(-1);
  let at = 0;
  for (const request of requests) {
    const path = tree.add(request.input);
    asked.set(path.subarray(path.length - request.targets.length), at);
    targets.set(request.targets, at);
    at += request.targets.length;
  }
  const { tokens, positions } = tree;
  const leaves = tree.leaves();
  const count = sizes.tokens(tokens.length, batch);
  const sequences = sizes.sequences(leaves.length);
  const deepest = positions.reduce((most, position) => Math.max(most, position + 1), 1);
  const sequenceLength = Math.min(longest, sizes.positions(deepest));
  const members = new Int32Array(sequences * sequenceLength).fill(-1);
  const places = new Int32Array(count);
  for (const [sequence, leaf] of leaves.entries()) {
    for (let node = leaf; node >= 0; node = tree.parents[node] ?? -1) {
      const place = sequence * sequenceLength + (positions[node] ?? 0);
      members[place] = node;
      places[node] = place;
    }
  }
  return {
    tokens: filled(tokens, count),
    positions: filled(positions, count),
    members,
    places,
    sequences,
    sequenceLength,
    asked,
    targets,
  };
}

/** Tokens by what stands before them. */
class TokenTree {
  readonly tokens: number[] = [];
  readonly positions: number[] = [];
  /** The node before each; -1 for none. */
  readonly parents: number[] = [];
  /** Of each whether something follows it. */
  readonly #isInner: boolean[] = [];
  readonly #children = new Map<number, number>();
  /** The nodes of the sequence that was added last: the next one often begins like it. */
  #last = new Int32Array();

  /** The nodes of a sequence, which are made where they are missing. */
  add(sequence: Int32Array): Int32Array {
    const path = new Int32Array(sequence.length);
    let at = 0;
    while (at < sequence.length && at < this.#last.length && this.tokens[this.#last[at] ?? 0] === sequence[at]) at++;
    path.set(this.#last.subarray(0, at));
    let parent = path[at - 1] ?? -1;
    // Nothing follows a node that has just been made.
    let isNew = false;
    for (; at < sequence.length; at++) {
      const token = sequence[at] ?? 0;
      // Exact in a double: there are fewer than 2^24 tokens in a vocabulary.
      const key = (parent + 1) * 2 ** 24 + token;
      const known: number | undefined = isNew ? undefined : this.#children.get(key);
      isNew = known === undefined;
      const node = known ?? this.#make(token, at, parent);
      if (isNew) this.#children.set(key, node);
      path[at] = node;
      parent = node;
    }
    this.#last = path;
    return path;
  }

  /** The nodes that nothing follows: the ends of the sequences that are no beginnings of others. */
  leaves(): number[] {
    const leaves: number[] = [];
    for (const [node, isInner] of this.#isInner.entries()) if (!isInner) leaves.push(node);
    return leaves;
  }

  #make(token: number, position: number, parent: number): number {
    this.positions.push(position);
    this.parents.push(parent);
    this.#isInner.push(false);
    if (parent >= 0) this.#isInner[parent] = true;
    return this.tokens.push(token) - 1;
  }
}

function filled(values: readonly number[], length: number): Int32Array {
  const array = new Int32Array(length);
  array.set(values);
  return array;
}
