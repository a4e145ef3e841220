import { INDEX } from "./_index.ts";
import { reduceSum } from "./_reductions.ts";
import { type Launch, type Launcher, workgroupsFor } from "../_launch.ts";
import { subgroupExtensions } from "../_subgroup_form.ts";
import { part } from "../_wgsl.ts";

/** A launch with one workgroup for each of `rows` rows; the shader finds `args.rows`, `LANES` and `reduce_sum`. */
export interface RowsLaunch extends Omit<Launch, "workgroups"> {
  /** Workgroups that have something to do. */
  readonly rows: number;
  /** Invocations of a workgroup, a power of two. Default 64. */
  readonly lanes?: number;
}

/** Launches one workgroup a row. */
export function launchRows(launcher: Launcher, rowsLaunch: RowsLaunch): void {
  const { rows, lanes = 64, text, integers, ...launch } = rowsLaunch;
  launcher.launch({
    ...launch,
    text: [part(() => INDEX, { LANES: lanes }), reduceSum(launcher.subgroups), ...text],
    extensions: subgroupExtensions(launcher.subgroups),
    integers: { ...integers, rows },
    workgroups: workgroupsFor(rows, 1),
  });
}
