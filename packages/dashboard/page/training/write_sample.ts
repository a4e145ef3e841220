import type { PhaseName } from "@beyond24/recipe";
import { sampleTokens } from "@beyond24/generation";
import type { Transformer } from "@beyond24/transformer";

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
  { patience, ...options }: WriteSampleOptions,
): Promise<number[]> {
  const drawn: number[] = [];
  const until = performance.now() + patience;
  for await (const token of sampleTokens(model, prompt, { ...options, temperature, topK: 0 })) {
    drawn.push(token);
    if (performance.now() >= until) break;
  }
  return drawn;
}
