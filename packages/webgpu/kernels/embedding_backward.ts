import { elementCount, type EmbeddingBackwardArguments } from "@beyond24/device";
import linksSource from "./embedding_backward_links.wgsl" with { type: "text" };
import source from "./embedding_backward.wgsl" with { type: "text" };
import { launchElements } from "./_launch_elements.ts";
import { type Launcher, reads, writes } from "../_launch.ts";

/** dTable[tokens[t]] += dOut[t], tokens in order: no two invocations write one row. */
export function embeddingBackward(launcher: Launcher, { tokens, dOut, dTable }: EmbeddingBackwardArguments): void {
  const [count = 0, width = 0] = dOut.shape;
  const links = launcher.scratch("embeddingLinks", count, "i32");
  const firsts = launcher.scratch("embeddingFirsts", count, "i32");
  launchElements(launcher, {
    kernel: "embeddingBackward links",
    source: linksSource,
    tensors: { tokens: reads(tokens), links: writes(links), firsts: writes(firsts) },
    count,
  });
  launchElements(launcher, {
    kernel: "embeddingBackward",
    source,
    tensors: {
      tokens: reads(tokens),
      links: reads(links),
      firsts: reads(firsts),
      d_out: reads(dOut),
      d_table: writes(dTable),
    },
    integers: { width, vocabulary: dTable.shape[0] ?? 0 },
    count: elementCount(dOut.shape),
  });
}
