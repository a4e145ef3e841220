import type { RmsNormBackwardArguments } from "@beyond24/device";
import addColumns from "./_add_columns.wgsl" with { type: "text" };
import source from "./rms_norm_backward.wgsl" with { type: "text" };
import weightSource from "./rms_norm_backward_weight.wgsl" with { type: "text" };
import { launchElements } from "./_launch_elements.ts";
import { launchRows } from "./_launch_rows.ts";
import { type Launcher, reads, writes } from "../_launch.ts";

/** Rows whose share of the gradient of the gains one invocation sums up. */
const CHUNK_ROWS = 64;

/** dWeight first, because dX may replace dOut. */
export function rmsNormBackward(launcher: Launcher, args: RmsNormBackwardArguments): void {
  const { x, weight, inverseRms, dOut, dX, accumulate } = args;
  const [rows = 0, width = 0] = x.shape;
  addWeightGradient(launcher, args, rows, width);
  launchRows(launcher, {
    kernel: "rmsNormBackward",
    source,
    tensors: {
      x: reads(x),
      weight: reads(weight),
      inverse_rms: reads(inverseRms),
      d_out: reads(dOut),
      d_x: writes(dX),
    },
    constants: { ACCUMULATE: accumulate ? 1 : 0 },
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
    source: weightSource,
    tensors: { x: reads(x), inverse_rms: reads(inverseRms), d_out: reads(dOut), partials: writes(partials) },
    integers: { rows, width, chunk_rows: CHUNK_ROWS },
    count: chunks * width,
  });
  launchElements(launcher, {
    kernel: "rmsNormBackward weight sum",
    source: addColumns,
    tensors: { partials: reads(partials), out: writes(dWeight) },
    integers: { rows: chunks },
    count: width,
  });
}
