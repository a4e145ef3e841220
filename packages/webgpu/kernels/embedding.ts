import type { EmbeddingArguments } from "@beyond24/device";
import source from "./embedding.wgsl" with { type: "text" };
import { launchElementwise } from "./_launch_elementwise.ts";
import { type Launcher, reads } from "../_launch.ts";

/** out[t] = table[tokens[t]]. */
export function embedding(launcher: Launcher, { tokens, table, out }: EmbeddingArguments): void {
  const [, width = 0] = table.shape;
  const [inputs, outputs, tensors] = [{ table }, { out }, { tokens: reads(tokens) }];
  launchElementwise(launcher, { kernel: "embedding", source, inputs, outputs, tensors, width });
}
