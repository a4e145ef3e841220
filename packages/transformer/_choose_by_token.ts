import { Tape } from "@beyond24/autograd";
import type { Arena, Collectives, Tensor } from "@beyond24/device";
import { bestClusters, countVotes, electClusters, type TokenRouter } from "@beyond24/ffn";
import { hiddenStates } from "./_hidden_states.ts";
import { writeTokens } from "./token_batch.ts";
import type { Transformer } from "./transformer.ts";

/** Where tokens vote for the clusters of the vocabulary, and the ranks. */
export interface VoteOptions {
  /** i32 [B, S]: where the tokens go. */
  readonly tokens: Tensor;
  /** Memory of a dense pass without gradients, reset after each. */
  readonly arena: Arena;
  /** Tokens that vote, B · S at a time. */
  readonly voters: Iterable<Int32Array>;
  /** The ranks; all have the clusters of rank 0. */
  readonly collectives: Collectives | undefined;
}

/**
 * Gives the tokens of the vocabulary their clusters in every layer whose router chooses by token: those that hold the
 * most energy of them, in dense passes over some of the text. Nothing happens without such a layer.
 */
export async function chooseByToken(
  model: Transformer,
  { voters, collectives, ...options }: VoteOptions,
): Promise<void> {
  const routers = tokenRouters(model);
  if (routers.length === 0) return;
  const counted = new Map<TokenRouter, Uint32Array>();
  const isHeard = (collectives?.rank ?? 0) === 0;
  for (const tokens of isHeard ? voters : []) {
    const best = await bestOf(model, tokens, options);
    for (const [index, router] of routers.entries()) {
      const ballot = { tokens, experts: best[index] ?? new Int32Array() };
      counted.set(router, countVotes(router, ballot, counted.get(router)));
    }
    await breathe();
  }
  for (const router of routers) {
    await electClusters(model.device, router, counted.get(router) ?? new Uint32Array(), collectives);
  }
}

/** Lets signals and requests in: votes of a large vocabulary take seconds, and a device may never leave this thread. */
function breathe(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

/** The routers by token, layer by layer. */
export function tokenRouters({ layers }: Transformer): TokenRouter[] {
  return layers.flatMap(({ feedForward: { sparse } }) => sparse?.router.name === "token" ? [sparse.router] : []);
}

/** The best clusters of some tokens in each layer that has a router by token. */
async function bestOf(
  model: Transformer,
  voting: Int32Array,
  { tokens, arena }: Pick<VoteOptions, "tokens" | "arena">,
): Promise<Int32Array[]> {
  const { device, layers } = model;
  writeTokens(model, tokens, voting);
  const tape = new Tape(device, arena, { recording: false });
  const found: Tensor[] = [];
  let index = 0;
  const onInputs = (x: Tensor) => {
    const layer = layers[index++]?.feedForward;
    if (layer?.sparse?.router.name === "token") found.push(bestClusters(tape, x, layer));
  };
  hiddenStates(tape, model, tokens, { mode: "dense", onInputs });
  arena.reset();
  const votes: Int32Array[] = [];
  for (const experts of found) {
    const values = await device.read(experts);
    if (values instanceof Int32Array) votes.push(values);
    device.free(experts);
  }
  return votes;
}
