import { EXPERTS, type GoldenCase, segments, TOKENS, WIDTH } from "./_case.ts";

type Shape = readonly [rows: number, cols: number];

/** `matmul` with operands packed or not, in both directions, whole and ragged. */
function matmul(
  name: string,
  {
    packA = false,
    packB = false,
    transposeA = false,
    transposeB = false,
    accumulate = false,
    depth = WIDTH,
    cols = 64,
  },
): GoldenCase {
  return {
    name: `matmul ${name}`,
    varies: "matmul",
    run: (kernels, memory) => {
      const { dtype, tensor, packed } = memory;
      const shapeA: Shape = transposeA ? [depth, TOKENS] : [TOKENS, depth];
      const shapeB: Shape = transposeB ? [cols, depth] : [depth, cols];
      kernels.matmul({
        a: packA ? packed(...shapeA, transposeA ? "rows" : "cols") : tensor(dtype, shapeA),
        b: packB ? packed(...shapeB, transposeB ? "cols" : "rows") : tensor("f32", shapeB),
        transposeA,
        transposeB,
        accumulate,
        out: tensor(accumulate ? "f32" : dtype, [TOKENS, cols]),
      });
    },
  };
}

/** Products, plain and grouped. */
export const PRODUCT_CASES: readonly GoldenCase[] = [
  matmul("plain", {}),
  matmul("bᵀ", { transposeB: true }),
  matmul("aᵀ", { transposeA: true }),
  matmul("aᵀ bᵀ added", { transposeA: true, transposeB: true, accumulate: true }),
  matmul("ragged", { depth: 30, cols: 31 }),
  matmul("ragged bᵀ", { depth: 30, transposeB: true, cols: 62 }),
  matmul("packed bᵀ", { packB: true, transposeB: true }),
  matmul("packed b", { packB: true }),
  matmul("packed b, ragged", { packB: true, cols: 62 }),
  matmul("packed a", { packA: true }),
  matmul("packed aᵀ", { packA: true, transposeA: true, accumulate: true }),
  ...[true, false].map((isPacked): GoldenCase => ({
    name: `groupedMatmulNeurons ${isPacked ? "packed" : "dense"}`,
    varies: "groupedMatmul",
    run: (kernels, memory) => {
      const weights = isPacked ? memory.packed(64, 16, "cols") : memory.tensor("f32", [64, 16]);
      const [x, out] = [memory.tensor(memory.dtype, [TOKENS, 16]), memory.tensor(memory.dtype, [TOKENS, WIDTH])];
      kernels.groupedMatmulNeurons({ x, weights, segments: segments(memory), out });
    },
  })),
  ...[true, false].flatMap((isPacked) =>
    [true, false].map((isMapped): GoldenCase => ({
      name: `groupedMatmulFeatures ${isPacked ? "packed" : "dense"}${isMapped ? ", mapped rows" : ""}`,
      varies: "groupedMatmul",
      run: (kernels, memory) => {
        const y = isPacked ? memory.packed(TOKENS, WIDTH, "cols") : memory.tensor(memory.dtype, [TOKENS, WIDTH]);
        const out = memory.tensor(memory.dtype, [TOKENS, 16]);
        const rowMap = isMapped ? { rowMap: memory.tensor("i32", [TOKENS]) } : {};
        const weights = memory.tensor("f32", [EXPERTS * WIDTH, 16]);
        kernels.groupedMatmulFeatures({ y, weights, segments: segments(memory), out, ...rowMap });
      },
    }))
  ),
  ...[true, false].map((isPacked): GoldenCase => ({
    name: `groupedMatmulWeights ${isPacked ? "packed" : "dense"}`,
    varies: "groupedMatmul",
    run: (kernels, memory) => {
      const y = isPacked ? memory.packed(TOKENS, WIDTH, "rows") : memory.tensor(memory.dtype, [TOKENS, WIDTH]);
      const [x, out] = [memory.tensor(memory.dtype, [TOKENS, 16]), memory.tensor("f32", [EXPERTS * WIDTH, 16])];
      kernels.groupedMatmulWeights({ y, x, segments: segments(memory), out, accumulate: isPacked });
    },
  })),
];
