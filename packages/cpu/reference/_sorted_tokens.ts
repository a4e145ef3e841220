import type { Tensor, TokenGather } from "@beyond24/device";
import { integers } from "./_host_storage.ts";
import { type Matrix, matrixOf } from "./_matrix.ts";

/** The sorted tokens of a product: the given ones, or rows of a copy where the product is to gather them. */
export function sortedTokens(x: Tensor, gather: TokenGather | undefined): Matrix {
  const tokens = matrixOf(x);
  if (gather === undefined) return tokens;
  const { values: rows, cols } = tokens;
  const order = integers(gather.order);
  const values = new Float32Array(order.length * cols);
  order.forEach((replica, row) => {
    if (replica < 0) return;
    const token = Math.floor(replica / gather.replicas);
    values.set(rows.subarray(token * cols, (token + 1) * cols), row * cols);
  });
  return { values, rows: order.length, cols, rowStride: cols, colStride: 1 };
}
