import { INDEX } from "./_index.ts";
import { type Launch, type Launcher, WORKGROUP_SIZE, workgroupsFor } from "../_launch.ts";

/** A launch with one invocation for each of `count` units; the shader finds `args.count` and `index_of`. */
export interface ElementsLaunch extends Omit<Launch, "workgroups"> {
  /** Invocations that have something to do. */
  readonly count: number;
}

/** Launches one invocation a unit. */
export function launchElements(launcher: Launcher, { count, text, integers, ...launch }: ElementsLaunch): void {
  launcher.launch({
    ...launch,
    text: [INDEX, ...text],
    integers: { ...integers, count },
    workgroups: workgroupsFor(count, WORKGROUP_SIZE),
  });
}
