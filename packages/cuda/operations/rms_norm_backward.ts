import { BYTES_PER_ELEMENT, type RmsNormBackwardArguments } from "@beyond24/device";
import type { LaunchContext } from "../launching/launch_context.ts";
import { i32, pointer } from "../driver/pack_arguments.ts";
import { address, blockPerRow, commonName, floatName, matrixSize, requireType } from "../launching/arguments.ts";

const module = "plain/rms_norm_backward" as const;

const LARGEST_WIDTH = 56 * 1024;
/** Threads of a block, of eight columns each; rows that are wider take a slower path. */
const LARGEST_BLOCK = { f32: 256, bf16: 512 } as const;
/** Stages of three packets of eight elements that a thread copies ahead; `STAGES` of the kernel. */
const STAGES = 3;
const THREADS_OF_MULTIPROCESSOR = 1024;

/** dX and the gradient of the gains, in two stages so that its sums have one order. */
export function rmsNormBackward(context: LaunchContext, args: RmsNormBackwardArguments): void {
  const { x, weight, inverseRms, dOut, dX, accumulate, dWeight } = args;
  requireType(dWeight, "f32");
  const [rows, width] = matrixSize(x);
  if (rows === 0) return;
  if (width > LARGEST_WIDTH) {
    throw new RangeError(
      `Cannot run rmsNormBackward as rows have at most ${LARGEST_WIDTH} elements: current value is ${width}`,
    );
  }
  const type = commonName(x, dOut, dX);
  const { block } = blockPerRow(rows, width, LARGEST_BLOCK[type]);
  const [threads] = block;
  const blocks = Math.min(rows, context.driver.properties.multiprocessors * (THREADS_OF_MULTIPROCESSOR / threads | 0));
  const shares = pointer(context.scratch(4 * blocks * width));
  const sharedMemory = Math.max(4 * width, STAGES * 3 * 8 * BYTES_PER_ELEMENT[type] * threads);
  const name = `rms_norm_backward_${type}_${floatName(weight)}`;
  context.launch({ module, name }, { grid: [blocks, 1, 1], block, sharedMemory }, [
    address(x),
    address(weight),
    address(inverseRms),
    address(dOut),
    address(dX),
    shares,
    i32(rows),
    i32(width),
    i32(accumulate ? 1 : 0),
  ]);
  const gains = { module, name: "rms_norm_backward_weight" };
  context.launch(gains, { grid: [Math.ceil(width / 32), 1, 1], block: [32, 32, 1] }, [
    shares,
    address(dWeight),
    i32(blocks),
    i32(width),
  ]);
}
