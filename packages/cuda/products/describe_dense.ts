import type { MatmulArguments } from "@beyond24/device";
import { floatName, matrixSize } from "../launching/arguments.ts";
import type { LaunchContext } from "../launching/launch_context.ts";
import type { DenseProduct } from "../libraries/dense_products.ts";
import { addressOfTensor } from "../memory/storage.ts";
import { denseOperand } from "./dense_operand.ts";

/** A product on device addresses; a packed operand is unpacked into scratch memory. */
export function describeDense(context: LaunchContext, args: MatmulArguments): DenseProduct {
  const { transposeA = false, transposeB = false, accumulate = false, out } = args;
  const a = denseOperand(context, args.a);
  const b = denseOperand(context, args.b);
  const [m, k] = transposeA ? [a.cols, a.rows] : [a.rows, a.cols];
  const [depth, n] = transposeB ? [b.cols, b.rows] : [b.rows, b.cols];
  const [rows, cols] = matrixSize(out);
  if (k !== depth || m !== rows || n !== cols || a.type !== b.type) {
    throw new TypeError(
      `Cannot multiply as shapes and types must match: current value is ${a.type} [${m}, ${k}] times ${b.type} ` +
        `[${depth}, ${n}] into [${rows}, ${cols}]`,
    );
  }
  const types = { type: a.type, outType: floatName(out) } as const;
  const addresses = { a: a.address, b: b.address, out: addressOfTensor(out) };
  return { ...addresses, m, n, k, transposeA, transposeB, ...types, accumulate };
}
