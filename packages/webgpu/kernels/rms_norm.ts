import type { RmsNormArguments } from "@beyond24/device";
import { add } from "./add.ts";
import { launchRows } from "./_launch_rows.ts";
import { type Launcher, reads, writes } from "../_launch.ts";
import { wgsl } from "../_wgsl.ts";

/** One workgroup normalizes a row. */
const TEXT = wgsl`
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
    var squares = 0.0;
    for (var d = lane; d < args.width; d += 64u) {
      let x = load_x(start + d);
      squares = fma(x, x, squares);
    }
    let total = reduce_sum(lane, squares);
    // What is not finite is told by its bits, as in is_nan.
    let is_finite = (bitcast<u32>(total) & 0x7fffffffu) < 0x7f800000u;
    let inverse = select(args.not_a_number, 1.0 / sqrt(total / f32(args.width) + args.epsilon), is_finite);
    if (lane == 0u) {
      store_inverse_rms(row, inverse);
    }
    for (var d = lane; d < args.width; d += 64u) {
      store_out(start + d, load_x(start + d) * inverse * load_weight(d));
    }
  }
`;

/** out = x · inverseRms · weight, a workgroup a row. */
export function rmsNorm(launcher: Launcher, args: RmsNormArguments): void {
  const { residual, weight, epsilon, out, inverseRms } = args;
  if (residual) add(launcher, { a: args.x, b: residual.addend, out: residual.sum });
  const x = residual?.sum ?? args.x;
  const [rows = 0, width = 0] = x.shape;
  launchRows(launcher, {
    kernel: "rmsNorm",
    text: [TEXT],
    tensors: { x: reads(x), weight: reads(weight), out: writes(out), inverse_rms: writes(inverseRms) },
    integers: { width },
    floats: { epsilon, not_a_number: NaN },
    rows,
  });
}
