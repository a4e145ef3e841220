import type { Kernels } from "@beyond24/device";
import { EXPERTS, type GoldenCase, type ImaginaryMemory, segments, TOKENS, WIDTH } from "./_case.ts";

const draw = ({ tensor }: ImaginaryMemory) => ({ key: 7, step: tensor("i32", [1]) });

/** The selections of both directions, packed or dense, drawn or not, alone and within their product. */
function selection(
  kernel: "squaredReluSelect24" | "squaredReluBackwardSelect24",
  { neuronsPacked = true, tokensPacked = true, unbiased = false, product = false, weightsPacked = true, width = WIDTH },
): GoldenCase {
  const parts = [
    neuronsPacked ? "packed" : "dense",
    tokensPacked ? "packed" : "dense",
    unbiased ? "unbiased" : "largest",
    ...(product ? [`of a product with ${weightsPacked ? "packed" : "dense"} weights`] : []),
    ...(width === WIDTH ? [] : [`${width} wide`]),
  ];
  return {
    name: `${kernel} ${parts.join(", ")}`,
    ...(product ? { varies: "groupedMatmul" } : {}),
    run: (kernels, memory) => {
      const { dtype, tensor, packed } = memory;
      const y = tensor(dtype, [TOKENS, width]);
      const weights = weightsPacked ? packed(EXPERTS * width, 16, "cols") : tensor("f32", [EXPERTS * width, 16]);
      const args = {
        ...(product ? { product: { x: tensor(dtype, [TOKENS, 16]), weights } } : {}),
        segments: segments(memory),
        relu: packed(TOKENS, width, "cols"),
        neurons: neuronsPacked ? packed(TOKENS, width, "cols") : tensor(dtype, [TOKENS, width]),
        tokens: tokensPacked ? packed(TOKENS, width, "rows") : tensor(dtype, [TOKENS, width]),
        ...(unbiased ? { unbiased: draw(memory) } : {}),
      };
      if (kernel === "squaredReluBackwardSelect24") kernels.squaredReluBackwardSelect24({ ...args, dy2: y });
      else kernels.squaredReluSelect24({ ...args, y1: y });
    },
  };
}

/** Selections and packing. */
export const SELECTION_CASES: readonly GoldenCase[] = [
  ...(["rows", "cols"] as const).flatMap((axis) => [
    ...[true, false].map((hasFlips): GoldenCase => ({
      name: `softThreshold24 along ${axis}${hasFlips ? ", flips" : ""}`,
      run: (kernels, { tensor, packed }) => {
        const flips = hasFlips ? { flips: tensor("i32", [1]) } : {};
        kernels.softThreshold24({ weights: tensor("f32", [64, 32]), packed: packed(64, 32, axis), ...flips });
      },
    })),
    {
      name: `select24 along ${axis}`,
      run: (kernels: Kernels, { dtype, tensor, packed }: ImaginaryMemory) =>
        kernels.select24({ x: tensor(dtype, [64, 32]), packed: packed(64, 32, axis) }),
    },
  ]),
  {
    name: "select24 along rows, unbiased",
    run: (kernels, memory) =>
      kernels.select24({
        x: memory.tensor(memory.dtype, [64, 32]),
        packed: memory.packed(64, 32, "rows"),
        unbiased: draw(memory),
      }),
  },
  ...(["squaredReluSelect24", "squaredReluBackwardSelect24"] as const).flatMap((kernel) => [
    ...[true, false].flatMap((neuronsPacked) =>
      [true, false].map((tokensPacked) => selection(kernel, { neuronsPacked, tokensPacked }))
    ),
    selection(kernel, { unbiased: true }),
    selection(kernel, { neuronsPacked: false, unbiased: true }),
    selection(kernel, { product: true }),
    selection(kernel, { product: true, unbiased: true }),
    selection(kernel, { product: true, weightsPacked: false, neuronsPacked: false }),
    selection(kernel, { product: true, weightsPacked: false, tokensPacked: false }),
    selection(kernel, { product: true, width: 36 }),
  ]),
  ...[true, false].flatMap((isPacked) =>
    [true, false].map((isSorted): GoldenCase => ({
      name: `countNonzero ${isPacked ? "packed" : "ragged"}${isSorted ? ", sorted" : ""}`,
      run: (kernels, memory) => {
        const { dtype, tensor, packed } = memory;
        const x = isPacked ? packed(TOKENS, WIDTH, "cols") : tensor(dtype, [TOKENS + 1, WIDTH + 1]);
        const sorted = isSorted ? { segments: segments(memory) } : {};
        kernels.countNonzero({ x, ...sorted, out: tensor("i32", [1]) });
      },
    }))
  ),
];
