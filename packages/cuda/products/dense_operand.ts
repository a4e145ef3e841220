import { isPacked24, type Operand, type Segments } from "@beyond24/device";
import { addressOfTensor } from "../memory/storage.ts";
import type { LaunchContext } from "../launching/launch_context.ts";
import { pointer } from "../driver/pack_arguments.ts";
import { floatName, matrixSize, packedArguments, strided, usedRows } from "../launching/arguments.ts";

/** A matrix on the device, dense. */
export interface DenseOperand {
  readonly address: bigint;
  readonly rows: number;
  readonly cols: number;
  readonly type: "f32" | "bf16";
}

/**
 * An operand as a dense matrix; a packed one is unpacked into scratch memory, rows behind the tokens in use left out.
 * For products that no kernel on packed operands takes; at most one operand of a product is packed.
 */
export function denseOperand(context: LaunchContext, operand: Operand, segments?: Segments): DenseOperand {
  if (!isPacked24(operand)) {
    const [rows, cols] = matrixSize(operand);
    return { address: addressOfTensor(operand), rows, cols, type: floatName(operand) };
  }
  const { rows, cols } = operand;
  const address = context.scratch(2 * rows * cols);
  context.launch({ module: "plain/unpack24", name: "unpack24" }, strided(context, rows * cols / 4, 1), [
    ...packedArguments(operand),
    usedRows(segments),
    pointer(address),
  ]);
  return { address, rows, cols, type: "bf16" };
}
