import type { Tape } from "@beyond24/autograd";
import { type Collectives, type Device, elementCount, soloCollectives, type Tensor } from "@beyond24/device";
import type { FeedForward } from "./feed_forward.ts";
import { chooseExperts } from "./router.ts";
import { type TokenRouter, writeChoices } from "./token_router.ts";

/**
 * The clusters that have the most energy for each of some tokens, by all neurons.
 *
 * @param tape A tape that does not record
 * @param x Tokens in front of the network [T, D]
 * @param layer A network with a router
 * @returns i32 [T, k], best first, for the caller to free
 * @throws {TypeError} If the network has no sparsity
 *
 * @example One neuron acts
 * ```ts
 * import { bestClusters, createFeedForward } from "@beyond24/ffn";
 * import { Tape, writeParameter } from "@beyond24/autograd";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { sparsityPlans } from "@beyond24/recipe";
 * import { assertEquals } from "@std/assert";
 *
 * const device = createReferenceDevice();
 * const sparsity = { plan: sparsityPlans.paper, venom: { v: 4, n: 2, m: 8 } } as const;
 * const layer = createFeedForward(device, "mlp", { neurons: 8, features: 4, sparsity });
 * writeParameter(device, layer.wIn, Float32Array.from({ length: 32 }, (_, i) => Number(i === 28))); // of the last
 * const x = device.tensor([1, 4], "f32");
 * device.write(x, new Float32Array(4).fill(1));
 * const tape = new Tape(device, device.arena(), { recording: false });
 * assertEquals(await device.read(bestClusters(tape, x, layer)), new Int32Array([1]));
 * ```
 */
export function bestClusters(tape: Tape, x: Tensor, { sparse, wIn, statistics }: FeedForward): Tensor {
  if (sparse === undefined) throw new TypeError("Cannot find clusters as the network was created without sparsity");
  const { experts: clusters, expertsPerToken } = sparse.sizes;
  const [tokens = 0] = x.shape;
  const experts = tape.device.tensor([tokens, expertsPerToken], "i32");
  const inputs = { clusters, wIn: wIn.value, share: statistics.energyShare, tokens: undefined };
  const y1 = chooseExperts(tape, { name: "energy" }, x, experts, inputs);
  if (y1 !== undefined) tape.arena.recycle(y1);
  return experts;
}

/** What tokens of a text say about the clusters of tokens of the vocabulary. */
export interface ClusterBallot {
  /** The tokens: [T]. */
  readonly tokens: Int32Array;
  /** The best clusters of each: [T, k]. */
  readonly experts: Int32Array;
}

/**
 * Counts the votes of some tokens: of its k best clusters the first has k votes of a token, the last one.
 *
 * @param router Whose clusters are to be elected
 * @param ballot What tokens say
 * @param votes Votes so far, which grow: [vocabulary, E]. Default: none
 * @returns The votes
 *
 * @example One token of two
 * ```ts
 * import { countVotes, createFeedForward } from "@beyond24/ffn";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { sparsityPlans } from "@beyond24/recipe";
 * import { assert, assertEquals } from "@std/assert";
 *
 * const device = createReferenceDevice();
 * const sparsity = { plan: sparsityPlans.paper, venom: { v: 4, n: 2, m: 8 }, router: "token" } as const;
 * const layer = createFeedForward(device, "mlp", { neurons: 8, features: 4, sparsity, vocabularySize: 2 });
 * const router = layer.sparse?.router;
 * assert(router?.name === "token");
 * const ballot = { tokens: Int32Array.of(1, 1, 1), experts: Int32Array.of(1, 0, 1) };
 * assertEquals(countVotes(router, ballot), Uint32Array.of(0, 0, 1, 2));
 * ```
 */
export function countVotes(
  { scores, expertsPerToken }: TokenRouter,
  { tokens, experts: best }: ClusterBallot,
  votes: Uint32Array = new Uint32Array(elementCount(scores.shape)),
): Uint32Array {
  const [, experts = 0] = scores.shape;
  // Loops, as there are millions of tokens.
  for (let i = 0; i < tokens.length; i++) {
    const row = (tokens[i] as number) * experts;
    for (let rank = 0; rank < expertsPerToken; rank++) {
      const at = row + (best[i * expertsPerToken + rank] as number);
      votes[at] = (votes[at] as number) + expertsPerToken - rank;
    }
  }
  return votes;
}

/**
 * Lets every token of the vocabulary have the k clusters with the most votes, as rank 0 has counted them. A token that
 * did not vote keeps those that it has.
 *
 * @param device Where the router lives
 * @param router The router
 * @param votes What {@linkcode countVotes} has counted
 * @param collectives The ranks. Default: one
 *
 * @example The first token did not vote
 * ```ts
 * import { createFeedForward, electClusters } from "@beyond24/ffn";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { sparsityPlans } from "@beyond24/recipe";
 * import { assert, assertEquals } from "@std/assert";
 *
 * const device = createReferenceDevice();
 * const sparsity = { plan: sparsityPlans.paper, venom: { v: 4, n: 2, m: 8 }, router: "token" } as const;
 * const layer = createFeedForward(device, "mlp", { neurons: 8, features: 4, sparsity, vocabularySize: 2 });
 * const router = layer.sparse?.router;
 * assert(router?.name === "token");
 * await electClusters(device, router, Uint32Array.of(0, 0, 5, 2));
 * assertEquals(router.choices, Uint8Array.of(0, 0));
 * ```
 */
export async function electClusters(
  device: Device,
  router: TokenRouter,
  votes: Uint32Array,
  collectives: Collectives = soloCollectives,
): Promise<void> {
  const { scores: { shape: [, experts = 0] }, expertsPerToken } = router;
  const elected = router.choices.slice();
  const counts = new Float64Array(experts);
  for (let token = 0; token * experts < votes.length; token++) {
    const own = elected.subarray(token * expertsPerToken, (token + 1) * expertsPerToken);
    counts.set(votes.subarray(token * experts, (token + 1) * experts));
    elect(counts, own);
  }
  const shared = device.tensor([elected.length], "i32");
  device.write(shared, Int32Array.from(elected));
  await collectives.broadcast([shared], 0);
  writeChoices(device, router, Uint8Array.from(await device.read(shared)));
  device.free(shared);
}

/**
 * Writes the places of the k largest counts, the lower one of equals first; nothing where nobody has voted. The counts
 * are used up.
 */
function elect(counts: Float64Array, elected: Uint8Array): void {
  if (counts[largestPlace(counts)] === 0) return;
  for (let rank = 0; rank < elected.length; rank++) {
    const place = largestPlace(counts);
    elected[rank] = place;
    counts[place] = -1;
  }
}

/** A loop, as it runs for every token of the vocabulary in every layer. */
function largestPlace(numbers: Float64Array): number {
  let largest = 0;
  for (let place = 1; place < numbers.length; place++) {
    if ((numbers[place] as number) > (numbers[largest] as number)) largest = place;
  }
  return largest;
}
