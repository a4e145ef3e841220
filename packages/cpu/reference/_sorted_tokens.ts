import type { Tensor, TokenGather } from "@beyond24/device";
import { floats, integers } from "./_host_storage.ts";
import { type Matrix, tensorMatrix } from "./_matrix.ts";

/** The sorted tokens of a product: the given ones, or rows of a copy where the product is to gather them. */
export function sortedTokens(x: Tensor, gather: TokenGather | undefined): Matrix {
  if (gather === undefined) return tensorMatrix(x);
  const [, cols = 0] = x.shape;
  const tokens = floats(x);
  const order = integers(gather.order);
  const values = new Float32Array(order.length * cols);
  order.forEach((replica, row) => {
    if (replica < 0) return;
    const token = Math.floor(replica / gather.replicas);
    values.set(tokens.subarray(token * cols, (token + 1) * cols), row * cols);
  });
  return { values, rows: order.length, cols, rowStride: cols, colStride: 1 };
}
