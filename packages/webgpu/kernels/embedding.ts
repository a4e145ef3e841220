import type { EmbeddingArguments } from "@beyond24/device";
import source from "./embedding.wgsl" with { type: "text" };
import { launchElementwise } from "./_launch_elementwise.ts";
import { type Launcher, reads } from "../_launch.ts";

/** out[t] = table[tokens[t]]. */
export function embedding(launcher: Launcher, { tokens, table, out }: EmbeddingArguments): void {
  const [vocabulary = 0, width = 0] = table.shape;
  const [inputs, outputs, tensors] = [{ table }, { out }, { tokens: reads(tokens) }];
  const numbers = { integers: { vocabulary }, floats: { not_a_number: NaN } };
  launchElementwise(launcher, { kernel: "embedding", source, inputs, outputs, tensors, width, ...numbers });
}
