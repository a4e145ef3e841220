import type { CrossEntropyArguments } from "@beyond24/device";
import type { LaunchContext } from "../launch_context.ts";
import { f32, i32 } from "../pack_arguments.ts";
import { address, blockPerRow, commonName, matrixSize, requireType } from "./_launching.ts";
import ptx from "./cross_entropy.ptx" with { type: "text" };

/** Softmax cross-entropy and its gradient. */
export function crossEntropy(context: LaunchContext, args: CrossEntropyArguments): void {
  const { logits, targets, losses, dLogits, scale = 1 } = args;
  requireType(targets, "i32");
  requireType(losses, "f32");
  const [rows, vocabulary] = matrixSize(logits);
  const name = `cross_entropy_${dLogits === undefined ? commonName(logits) : commonName(logits, dLogits)}`;
  context.launch({ ptx, name }, blockPerRow(rows, vocabulary, 1024), [
    address(logits),
    address(targets),
    address(losses),
    address(dLogits),
    i32(vocabulary),
    f32(scale),
  ]);
}
