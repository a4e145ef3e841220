import { elementCount, type Tensor } from "@beyond24/device";
import { launchRows } from "./_launch_rows.ts";
import { type Binding, type Launcher, reads, writes } from "../_launch.ts";
import { each, part, wgsl } from "../_wgsl.ts";

/** What the partial sums depend on. */
type PartialValues = {
  /** Tensors of the launch. */
  readonly TENSORS: number;
  /** Whether squares are added. */
  readonly SQUARED: boolean;
  /** Whether elements are read four neighbours at a time. */
  readonly VECTOR: boolean;
};

/**
 * One workgroup sums up 4096 elements (or their squares) of one of a few tensors: tensor t has the rows before `end_t`.
 */
const partialText = ({ TENSORS, SQUARED, VECTOR }: PartialValues) =>
  wgsl`
    alias Unit = ${VECTOR ? "vec4<f32>" : "f32"};
    const WIDTH = ${VECTOR ? 4 : 1}u;

    fn share_of(x: Unit, sum: Unit) -> Unit {
      return ${SQUARED ? "fma(x, x, sum)" : "sum + x"};
    }

    @compute @workgroup_size(LANES)
    fn main(
      @builtin(workgroup_id) group: vec3<u32>,
      @builtin(num_workgroups) groups: vec3<u32>,
      @builtin(local_invocation_index) lane: u32,
    ) {
      let row = group.y * groups.x + group.x;
      if (row >= args.rows) {
        return;
      }
      var own = Unit();
      var before = 0u;
      ${each(TENSORS, (t) => addTensor(t, VECTOR ? 4 : ""))}
      let total = reduce_sum(lane, ${VECTOR ? "own.x + own.y + own.z + own.w" : "own"});
      if (lane == 0u) {
        store_partials(args.first + row, total);
      }
    }
  `;

const addTensor = (t: number, width: 4 | "") =>
  wgsl`
    if (row >= before && row < args.end_${t}) {
      let first = (row - before) * 4096u;
      let last = min(first + 4096u, args.count_${t});
      for (var i = first + lane * WIDTH; i < last; i += LANES * WIDTH) {
        own = share_of(load${width}_x_${t}(i), own);
      }
    }
    before = args.end_${t};
  `;

/** What the last sum depends on. */
type TotalValues = {
  /** Whether it is added to what is there. */
  readonly ACCUMULATE: boolean;
  /** Whether a factor comes from memory. */
  readonly FACTOR: boolean;
};

/** One workgroup sums up everything. */
const totalText = ({ ACCUMULATE, FACTOR }: TotalValues) =>
  wgsl`
    @compute @workgroup_size(LANES)
    fn main(@builtin(local_invocation_index) lane: u32) {
      var own = 0.0;
      // Four loads are on their way at once; those behind the end count as zero.
      for (var i = lane; i < args.count; i += 4u * LANES) {
        ${each(4, (n) => `let share_${n} = load_partials(min(i + ${n}u * LANES, args.count - 1u));`)}
        ${each(4, (n) => `own += select(0.0, share_${n}, i + ${n}u * LANES < args.count);`)}
      }
      var scale = args.scale;
      ${FACTOR && "scale *= load_factor(0u);"}
      let total = scale * reduce_sum(lane, own);
      if (lane == 0u) {
        store_out(0u, ${ACCUMULATE ? "load_out(0u) + total" : "total"});
      }
    }
  `;

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
    text: [part(totalText, { ACCUMULATE: accumulate, FACTOR: factor !== undefined })],
    tensors: {
      partials: reads(partials),
      out: writes(out),
      ...(factor === undefined ? {} : { factor: reads(factor) }),
    },
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
    text: [part(partialText, { SQUARED: squared, TENSORS: tensors.length, VECTOR: isVector })],
    tensors: { ...bindings, partials: writes(partials) },
    integers,
    rows,
    lanes: LANES,
  });
  return rows;
}
