import { type CountNonzeroArguments, elementCount, isPacked24 } from "@beyond24/device";
import { packedStorage } from "../_gpu_storage.ts";
import { type Launcher, reads } from "../_launch.ts";
import { launchRows } from "./_launch_rows.ts";
import { fill } from "./fill.ts";
import { each, part, wgsl } from "../_wgsl.ts";

/** Invocations of a workgroup. */
const LANES = 256;
/** Loads of an invocation. */
const LOADS = 4;

/** What the text depends on. */
type CountValues = {
  /** Loads of an invocation. */
  readonly LOADS: number;
  /** Whether elements are read four neighbours at a time. */
  readonly VECTOR: boolean;
  /** Whether only sorted rows count. */
  readonly SORTED: boolean;
};

const VECTOR_COUNT = wgsl`
  const WIDTH = 4u;

  fn non_zeros(i: u32, end: u32) -> u32 {
    let bits = bitcast<vec4<u32>>(load4_x(min(i, args.count - 4u))) & vec4<u32>(0x7fffffffu);
    let counted = (bits != vec4<u32>(0u)) & (vec4<u32>(i, i + 1u, i + 2u, i + 3u) < vec4<u32>(end));
    let ones = select(vec4<u32>(0u), vec4<u32>(1u), counted);
    return ones.x + ones.y + ones.z + ones.w;
  }
`;

const SCALAR_COUNT = wgsl`
  const WIDTH = 1u;

  fn non_zeros(i: u32, end: u32) -> u32 {
    let bits = bitcast<u32>(load_x(min(i, args.count - 1u))) & 0x7fffffffu;
    return select(0u, 1u, bits != 0u && i < end);
  }
`;

/**
 * One workgroup counts in a few thousand elements; whole numbers add up to the same in any order, and so few of them
 * exactly as floats, too. All loads are on their way at once: none waits for a test of its place.
 */
const text = ({ VECTOR, SORTED, LOADS }: CountValues) =>
  wgsl`
    ${VECTOR ? VECTOR_COUNT : SCALAR_COUNT}

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
      let end = ${SORTED ? "u32(load_offsets(args.experts)) * args.numerator / args.denominator" : "args.count"};
      let first = (row * LANES * LOADS + lane) * WIDTH;
      var own = 0u;
      ${each(LOADS, (n) => `own += non_zeros(first + ${n}u * LANES * WIDTH, end);`)}
      let total = reduce_sum(lane, f32(own));
      if (lane == 0u) {
        add_out(0u, i32(total));
      }
    }
  `;

/** out = the number of elements that are not zero. The values of a packed matrix are a dense one of half the size. */
export function countNonzero(launcher: Launcher, { x, segments, out }: CountNonzeroArguments): void {
  const values = isPacked24(x) ? packedStorage(x).values : x;
  const [, cols = 0] = isPacked24(x) ? [x.rows, x.cols] : x.shape;
  const count = elementCount(values.shape);
  const isVector = count % 4 === 0 && values.offset % 4 === 0;
  fill(launcher, { out, value: 0 });
  launchRows(launcher, {
    kernel: "countNonzero",
    text: [part(text, { SORTED: segments !== undefined, VECTOR: isVector, LOADS })],
    tensors: {
      x: reads(values, isVector ? "vector" : "scalar"),
      ...(segments === undefined ? {} : { offsets: reads(segments.offsets) }),
      out: { tensor: out, access: "write", view: "atomic" },
    },
    // Elements in front of row n: n · numerator / denominator.
    integers: {
      count,
      experts: (segments?.offsets.shape[0] ?? 1) - 1,
      numerator: cols,
      denominator: isPacked24(x) ? 2 : 1,
    },
    rows: Math.ceil(count / (LANES * LOADS * (isVector ? 4 : 1))),
    lanes: LANES,
  });
}
