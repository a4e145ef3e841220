import index from "./_index.wgsl" with { type: "text" };
import reduce from "./_reduce.wgsl" with { type: "text" };
import { subgroupParts } from "../_subgroups.ts";
import { type Launch, type Launcher, workgroupsFor } from "../_launch.ts";

/** A launch with one workgroup for each of `rows` rows; the shader finds `args.rows`, `LANES` and `reduce_sum`. */
export interface RowsLaunch extends Omit<Launch, "workgroups"> {
  /** Workgroups that have something to do. */
  readonly rows: number;
  /** Invocations of a workgroup, a power of two. Default 64. */
  readonly lanes?: number;
}

/** Launches one workgroup a row. */
export function launchRows(launcher: Launcher, rowsLaunch: RowsLaunch): void {
  const { rows, lanes = 64, source, constants, integers, ...launch } = rowsLaunch;
  const subgroups = subgroupParts(launcher.subgroups);
  launcher.launch({
    ...launch,
    source: index + reduce + source,
    extensions: subgroups.extensions,
    constants: { ...constants, ...subgroups.constants, LANES: lanes },
    integers: { ...integers, rows },
    workgroups: workgroupsFor(rows, 1),
  });
}
