import type { MatmulArguments, ProductKernels } from "@beyond24/device";
import type { Machine } from "../machine.ts";
import { expertCount, extents } from "./_extents.ts";

/** The products of the contract on the WebAssembly module. */
export function productKernels(machine: Machine): ProductKernels {
  const at = (operand: Parameters<Machine["at"]>[0]) => machine.at(operand);
  return {
    matmul: (args) => matmul(machine, args),
    groupedMatmulNeurons({ x, weights, segments, out }) {
      const [, cluster = 0] = out.shape;
      const { cols: features } = extents(x);
      machine.run(
        "groupedMatmulNeurons",
        ...[at(x), at(weights), at(segments.offsets), at(out), expertCount(segments), features, cluster],
      );
    },
    groupedMatmulFeatures({ y, weights, segments, rowMap, out }) {
      const { cols: cluster } = extents(y);
      const { cols: features } = extents(weights);
      if (rowMap) machine.reserveRows(extents(y).rows, features);
      machine.run(
        "groupedMatmulFeatures",
        ...[at(y), at(weights), at(segments.offsets), at(out), expertCount(segments), features, cluster],
        rowMap ? at(rowMap) : 0,
      );
    },
    groupedMatmulWeights({ y, x, segments, out, accumulate }) {
      const { cols: cluster } = extents(y);
      const { cols: features } = extents(x);
      machine.run(
        "groupedMatmulWeights",
        ...[
          at(y),
          at(x),
          at(segments.offsets),
          at(out),
          expertCount(segments),
          features,
          cluster,
          Number(accumulate ?? false),
        ],
      );
    },
  };
}

function matmul(machine: Machine, { a, b, out, transposeA, transposeB, accumulate }: MatmulArguments): void {
  const left = extents(a);
  const right = extents(b);
  const [m, k] = transposeA ? [left.cols, left.rows] : [left.rows, left.cols];
  const n = transposeB ? right.rows : right.cols;
  const [strideM, strideKA] = transposeA ? [4, 4 * m] : [4 * k, 4];
  const [strideKB, strideN] = transposeB ? [4, 4 * k] : [4 * n, 4];
  machine.runShort(
    m * n * k,
    "matmul",
    ...[machine.at(a), strideM, strideKA, machine.at(b), strideKB, strideN, machine.at(out), 4 * n],
    ...[m, n, k, Number(accumulate ?? false)],
  );
}
