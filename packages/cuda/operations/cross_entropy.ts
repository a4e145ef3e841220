import { BYTES_PER_ELEMENT, type CrossEntropyArguments } from "@beyond24/device";
import type { LaunchContext } from "../launching/launch_context.ts";
import { f32, i32 } from "../driver/pack_arguments.ts";
import { address, blockPerRow, commonName, matrixSize, requireType } from "../launching/arguments.ts";

const THREADS = 512;
/** Bytes of shared memory that the kernel has of its own, and what the system takes of a block. */
const OWN_SHARED_MEMORY = 2048;

/** Softmax cross-entropy and its gradient. */
export function crossEntropy(context: LaunchContext, args: CrossEntropyArguments): void {
  const { logits, targets, losses, dLogits, scale = 1, factor } = args;
  requireType(targets, "i32");
  requireType(losses, "f32");
  const [rows, vocabulary] = matrixSize(logits);
  const { classes = vocabulary } = args;
  const type = dLogits === undefined ? commonName(logits) : commonName(logits, dLogits);
  const packet = 8 * BYTES_PER_ELEMENT[type];
  const { sharedMemoryOfBlock } = context.driver.properties;
  const fitting = Math.floor((sharedMemoryOfBlock / 2 - OWN_SHARED_MEMORY) / packet);
  const kept = dLogits === undefined ? 0 : Math.min(Math.floor(classes / 8), fitting);
  const geometry = { ...blockPerRow(rows, vocabulary, THREADS), sharedMemory: kept * packet };
  context.launch({ module: "plain/cross_entropy", name: `cross_entropy_${type}` }, geometry, [
    address(logits),
    address(targets),
    address(losses),
    address(dLogits),
    i32(vocabulary),
    i32(classes),
    f32(scale),
    address(factor),
    i32(kept),
  ]);
}
