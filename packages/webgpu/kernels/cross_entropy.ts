import type { CrossEntropyArguments } from "@beyond24/device";
import exponential from "./_exponential.wgsl" with { type: "text" };
import reduceMax from "./_reduce_max.wgsl" with { type: "text" };
import source from "./cross_entropy.wgsl" with { type: "text" };
import { launchRows } from "./_launch_rows.ts";
import { type Launcher, reads, writes } from "../_launch.ts";

/** Loss of every row, and (softmax − onehot) · scale · factor where it is asked for: a workgroup a row, three passes over it. */
export function crossEntropy(
  launcher: Launcher,
  { logits, targets, losses, dLogits, scale = 1, factor }: CrossEntropyArguments,
): void {
  const [rows = 0, vocabulary = 0] = logits.shape;
  launchRows(launcher, {
    kernel: "crossEntropy",
    source: reduceMax + exponential + source,
    tensors: {
      logits: reads(logits),
      targets: reads(targets),
      losses: writes(losses),
      ...(dLogits === undefined ? {} : { d_logits: writes(dLogits) }),
      ...(dLogits === undefined || factor === undefined ? {} : { factor: reads(factor) }),
    },
    constants: { GRADIENT: dLogits === undefined ? 0 : 1, FACTOR: factor === undefined ? 0 : 1 },
    integers: { vocabulary },
    floats: { scale, not_a_number: NaN },
    rows,
  });
}
