import type { PhaseName } from "@beyond24/recipe";
import { logits, type Transformer } from "@beyond24/transformer";

/** Options of {@linkcode writeSample}. */
export interface WriteSampleOptions {
  /** How the FFN is computed. */
  readonly mode: PhaseName;
  /** Most tokens to draw. */
  readonly count: number;
  /** Milliseconds after which no further token is drawn. */
  readonly patience: number;
  /** Gives numbers in [0, 1). */
  readonly random: () => number;
}

/** Below 1: a small model that has seen little is sure of little. */
const temperature = 0.7;

/** Lets a model continue a prompt; gives the new tokens. */
export async function writeSample(
  model: Transformer,
  prompt: Int32Array,
  { mode, count, patience, random }: WriteSampleOptions,
): Promise<number[]> {
  const { device, config: { shape: { sequenceLength } } } = model;
  const sequence = Array.from(prompt);
  const arena = device.arena();
  const until = performance.now() + patience;
  while (sequence.length < prompt.length + count && performance.now() < until) {
    const recent = Int32Array.from(sequence.slice(-sequenceLength));
    const tokens = device.tensor([1, recent.length], "i32");
    device.write(tokens, recent);
    const scores = await device.read(logits(model, tokens, { arena, mode }));
    arena.reset();
    device.free(tokens);
    sequence.push(drawToken(scores, random()));
  }
  arena.dispose();
  return sequence.slice(prompt.length);
}

/** The token that a number in [0, 1) falls on when each has its share exp(score / temperature). */
export function drawToken(scores: ArrayLike<number>, random: number): number {
  const values = Array.from(scores);
  const best = Math.max(...values);
  // Relative to the best score, so that no exponential is larger than 1.
  const shares = values.map((score) => Math.exp((score - best) / temperature));
  let left = random * shares.reduce((sum, share) => sum + share, 0);
  const drawn = shares.findIndex((share) => (left -= share) < 0);
  return drawn < 0 ? values.indexOf(best) : drawn;
}
