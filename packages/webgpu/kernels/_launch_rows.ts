import index from "./_index.wgsl" with { type: "text" };
import reduce from "./_reduce.wgsl" with { type: "text" };
import { type Launch, type Launcher, workgroupsFor } from "../_launch.ts";

/** A launch with one workgroup of 64 for each of `rows` rows; the shader finds `args.rows` and `reduce_sum`. */
export interface RowsLaunch extends Omit<Launch, "workgroups"> {
  /** Workgroups that have something to do. */
  readonly rows: number;
}

/** Launches one workgroup a row. */
export function launchRows(launcher: Launcher, { rows, source, integers, ...launch }: RowsLaunch): void {
  launcher.launch({
    ...launch,
    source: index + reduce + source,
    integers: { ...integers, rows },
    workgroups: workgroupsFor(rows, 1),
  });
}
