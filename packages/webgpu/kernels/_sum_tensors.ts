import { elementCount, type Tensor } from "@beyond24/device";
import partialSource from "./_partial_sums.wgsl" with { type: "text" };
import sumSource from "./_sum_partials.wgsl" with { type: "text" };
import { launchRows } from "./_launch_rows.ts";
import { type Launcher, reads, writes } from "../_launch.ts";

/** Elements that a workgroup sums up; the shader knows the number too. */
const CHUNK = 4096;

/** How a sum over tensors is made. */
export interface SumOptions {
  /** Name in profiles. */
  readonly kernel: string;
  /** Sum of squares instead of elements. */
  readonly squared: boolean;
  /** Factor on the sum. */
  readonly scale: number;
  /** Whether the sum is added to `out`. */
  readonly accumulate: boolean;
}

/** out = scale · Σ over all tensors, in two stages whose order does not depend on anything but the sizes. */
export function sumTensors(launcher: Launcher, tensors: readonly Tensor[], out: Tensor, options: SumOptions): void {
  const { kernel, squared, scale, accumulate } = options;
  const counts = tensors.map(({ shape }) => elementCount(shape));
  const total = counts.reduce((sum, count) => sum + Math.ceil(count / CHUNK), 0);
  const partials = launcher.scratch(kernel, Math.max(1, total), "f32");
  let first = 0;
  tensors.forEach((x, i) => {
    const count = counts[i] ?? 0;
    const rows = Math.ceil(count / CHUNK);
    launchRows(launcher, {
      kernel: `${kernel} chunks`,
      source: partialSource,
      tensors: { x: reads(x), partials: writes(partials) },
      constants: { SQUARED: squared ? 1 : 0 },
      integers: { count, first },
      rows,
    });
    first += rows;
  });
  launchRows(launcher, {
    kernel,
    source: sumSource,
    tensors: { partials: reads(partials), out: writes(out) },
    constants: { ACCUMULATE: accumulate ? 1 : 0 },
    integers: { count: total },
    floats: { scale },
    rows: 1,
  });
}
