import { elementCount, type Tensor } from "@beyond24/device";
import partialSource from "./_partial_sums.wgsl" with { type: "text" };
import sumSource from "./_sum_partials.wgsl" with { type: "text" };
import { launchRows } from "./_launch_rows.ts";
import { type Binding, type Launcher, reads, writes } from "../_launch.ts";

/** Elements that a workgroup sums up; the shader knows the number too. */
const CHUNK = 4096;

/** Invocations of a workgroup. */
const LANES = 256;

/** How a sum over tensors is made. */
export interface SumOptions {
  /** Name in profiles. */
  readonly kernel: string;
  /** Sum of squares instead of elements. */
  readonly squared: boolean;
  /** Factor on the sum. */
  readonly scale: number;
  /** f32 [1]: another factor on the sum. */
  readonly factor?: Tensor | undefined;
  /** Whether the sum is added to `out`. */
  readonly accumulate: boolean;
}

/** Tensors of one launch: their arguments must have room, too. */
const MOST_TENSORS = 15;

function chunksOf({ shape }: Tensor): number {
  return Math.ceil(elementCount(shape) / CHUNK);
}

/** out = scale · factor · Σ over all tensors, in two stages whose order does not depend on anything but the sizes. */
export function sumTensors(launcher: Launcher, tensors: readonly Tensor[], out: Tensor, options: SumOptions): void {
  const { kernel, squared, scale, factor, accumulate } = options;
  const total = tensors.reduce((sum, tensor) => sum + chunksOf(tensor), 0);
  const partials = launcher.scratch(kernel, Math.max(1, total), "f32");
  const size = Math.min(MOST_TENSORS, launcher.mostBuffers - 1);
  let first = 0;
  for (let i = 0; i < tensors.length; i += size) {
    first += sumChunks(launcher, tensors.slice(i, i + size), { kernel, squared, first, partials });
  }
  launchRows(launcher, {
    kernel,
    source: sumSource,
    tensors: {
      partials: reads(partials),
      out: writes(out),
      ...(factor === undefined ? {} : { factor: reads(factor) }),
    },
    constants: { ACCUMULATE: accumulate ? 1 : 0, FACTOR: factor === undefined ? 0 : 1 },
    integers: { count: total },
    floats: { scale },
    rows: 1,
    lanes: LANES,
  });
}

/** One launch over a few tensors; gives how many partial sums it adds behind `first`. */
function sumChunks(
  launcher: Launcher,
  tensors: readonly Tensor[],
  { kernel, squared, first, partials }: { kernel: string; squared: boolean; first: number; partials: Tensor },
): number {
  const isVector = tensors.every(({ shape, offset }) => elementCount(shape) % 4 === 0 && offset % 4 === 0);
  const bindings: Record<string, Binding> = {};
  const integers: Record<string, number> = { first };
  let rows = 0;
  tensors.forEach((x, t) => {
    bindings[`x_${t}`] = reads(x, isVector ? "vector" : "scalar");
    rows += chunksOf(x);
    integers[`count_${t}`] = elementCount(x.shape);
    integers[`end_${t}`] = rows;
  });
  launchRows(launcher, {
    kernel: `${kernel} chunks`,
    source: partialSource,
    tensors: { ...bindings, partials: writes(partials) },
    constants: { SQUARED: squared ? 1 : 0, TENSORS: tensors.length, VECTOR: isVector ? 1 : 0 },
    integers,
    rows,
    lanes: LANES,
  });
  return rows;
}
