import { type MatmulArguments, roundTo } from "@beyond24/device";
import { floats } from "./_host_storage.ts";
import { matrixOf, tensorMatrix, transposed } from "./_matrix.ts";
import { multiply } from "./_multiply.ts";

/** {@linkcode Kernels.matmul} on the reference device. */
export function matmul({ a, b, out, transposeA, transposeB, accumulate }: MatmulArguments): void {
  const left = transposeA ? transposed(matrixOf(a)) : matrixOf(a);
  const right = transposeB ? transposed(matrixOf(b)) : matrixOf(b);
  multiply(left, right, tensorMatrix(out), accumulate ?? false);
  roundTo(floats(out), out.dtype);
}
