import { elementCount, type EmbeddingArguments } from "@beyond24/device";
import source from "./embedding.wgsl" with { type: "text" };
import { launchElements } from "./_launch_elements.ts";
import { type Launcher, reads, writes } from "../_launch.ts";

/** out[t] = table[tokens[t]]. */
export function embedding(launcher: Launcher, { tokens, table, out }: EmbeddingArguments): void {
  const [, width = 0] = table.shape;
  const tensors = { tokens: reads(tokens), table: reads(table), out: writes(out) };
  launchElements(launcher, {
    kernel: "embedding",
    source,
    tensors,
    integers: { width },
    count: elementCount(out.shape),
  });
}
