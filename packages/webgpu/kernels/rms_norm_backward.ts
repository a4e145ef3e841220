import type { RmsNormBackwardArguments } from "@beyond24/device";
import { launchElements } from "./_launch_elements.ts";
import { launchRows } from "./_launch_rows.ts";
import { type Launcher, reads, writes } from "../_launch.ts";
import { part, wgsl } from "../_wgsl.ts";

/** One workgroup finds dX of a row. */
const text = ({ ACCUMULATE }: { readonly ACCUMULATE: boolean }) =>
  wgsl`
    @compute @workgroup_size(64)
    fn main(
      @builtin(workgroup_id) group: vec3<u32>,
      @builtin(num_workgroups) groups: vec3<u32>,
      @builtin(local_invocation_index) lane: u32,
    ) {
      let row = group.y * groups.x + group.x;
      if (row >= args.rows) {
        return;
      }
      let start = row * args.width;
      let inverse = load_inverse_rms(row);
      var dot = 0.0;
      for (var d = lane; d < args.width; d += 64u) {
        dot += load_d_out(start + d) * load_weight(d) * (load_x(start + d) * inverse);
      }
      let mean = reduce_sum(lane, dot) / f32(args.width);
      for (var d = lane; d < args.width; d += 64u) {
        let normalized = load_x(start + d) * inverse;
        let gradient = inverse * (load_d_out(start + d) * load_weight(d) - normalized * mean);
        store_d_x(start + d, ${ACCUMULATE ? "load_d_x(start + d) + gradient" : "gradient"});
      }
    }
  `;

/** out += the sum of the rows of partials. */
const ADD_COLUMNS = wgsl`
  @compute @workgroup_size(64)
  fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let d = index_of(id, groups);
    if (d >= args.count) {
      return;
    }
    var sum = 0.0;
    for (var row = 0u; row < args.rows; row++) {
      sum += load_partials(row * args.count + d);
    }
    store_out(d, load_out(d) + sum);
  }
`;

/** The gradient of the gains over a chunk of rows. */
const WEIGHT = wgsl`
  @compute @workgroup_size(64)
  fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let i = index_of(id, groups);
    if (i >= args.count) {
      return;
    }
    let d = i % args.width;
    let first = i / args.width * args.chunk_rows;
    let end = min(first + args.chunk_rows, args.rows);
    var sum = 0.0;
    for (var row = first; row < end; row++) {
      sum += load_d_out(row * args.width + d) * load_x(row * args.width + d) * load_inverse_rms(row);
    }
    store_partials(i, sum);
  }
`;

/** Rows whose share of the gradient of the gains one invocation sums up. */
const CHUNK_ROWS = 64;

/** dWeight first, because dX may replace dOut. */
export function rmsNormBackward(launcher: Launcher, args: RmsNormBackwardArguments): void {
  const { x, weight, inverseRms, dOut, dX, accumulate } = args;
  const [rows = 0, width = 0] = x.shape;
  addWeightGradient(launcher, args, rows, width);
  launchRows(launcher, {
    kernel: "rmsNormBackward",
    text: [part(text, { ACCUMULATE: accumulate === true })],
    tensors: {
      x: reads(x),
      weight: reads(weight),
      inverse_rms: reads(inverseRms),
      d_out: reads(dOut),
      d_x: writes(dX),
    },
    integers: { width },
    rows,
  });
}

function addWeightGradient(
  launcher: Launcher,
  { x, inverseRms, dOut, dWeight }: RmsNormBackwardArguments,
  rows: number,
  width: number,
): void {
  const chunks = Math.ceil(rows / CHUNK_ROWS);
  const partials = launcher.scratch("rmsNormBackward", chunks * width, "f32");
  launchElements(launcher, {
    kernel: "rmsNormBackward weight",
    text: [WEIGHT],
    tensors: { x: reads(x), inverse_rms: reads(inverseRms), d_out: reads(dOut), partials: writes(partials) },
    integers: { rows, width, chunk_rows: CHUNK_ROWS },
    count: chunks * width,
  });
  launchElements(launcher, {
    kernel: "rmsNormBackward weight sum",
    text: [ADD_COLUMNS],
    tensors: { partials: reads(partials), out: writes(dWeight) },
    integers: { rows: chunks },
    count: width,
  });
}
