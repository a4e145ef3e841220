import { isPacked24, type SquaredReluArguments } from "@beyond24/device";
import type { LaunchContext } from "../launching/launch_context.ts";
import { i64 } from "../driver/pack_arguments.ts";
import { address, commonCount, floatName, strided } from "../launching/arguments.ts";
import { addressOfTensor } from "../memory/storage.ts";
import { describeDense } from "../products/describe_dense.ts";
import { launchFewRows } from "../products/few_rows.ts";
import { matmul } from "./matmul.ts";

/** out = max(x, 0)². A product of few rows that makes x writes both. */
export function squaredRelu(context: LaunchContext, { product, ...args }: SquaredReluArguments): void {
  const { x, out } = args;
  if (product) {
    const making = { a: product.tokens, b: product.weights, transposeB: true, out: x };
    const writesBoth = !isPacked24(product.weights) && x.dtype === out.dtype &&
      launchFewRows(context, [describeDense(context, making)], addressOfTensor(out));
    if (writesBoth) return;
    matmul(context, making);
  }
  const count = commonCount(x, out);
  const name = `squared_relu_${floatName(x)}_${floatName(out)}`;
  context.launch({ module: "plain/squared_relu", name }, strided(context, count, 8), [
    address(x),
    address(out),
    i64(count),
  ]);
}
