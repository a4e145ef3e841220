import { type CountNonzeroArguments, elementCount, isPacked24 } from "@beyond24/device";
import source from "./count_nonzero.wgsl" with { type: "text" };
import { packedStorage } from "../_gpu_storage.ts";
import { type Launcher, reads } from "../_launch.ts";
import { launchRows } from "./_launch_rows.ts";
import { fill } from "./fill.ts";

/** Invocations of a workgroup. */
const LANES = 256;
/** Loads of an invocation. */
const LOADS = 4;

/** out = the number of elements that are not zero. The values of a packed matrix are a dense one of half the size. */
export function countNonzero(launcher: Launcher, { x, segments, out }: CountNonzeroArguments): void {
  const values = isPacked24(x) ? packedStorage(x).values : x;
  const [, cols = 0] = isPacked24(x) ? [x.rows, x.cols] : x.shape;
  const count = elementCount(values.shape);
  const isVector = count % 4 === 0 && values.offset % 4 === 0;
  fill(launcher, { out, value: 0 });
  launchRows(launcher, {
    kernel: "countNonzero",
    source,
    tensors: {
      x: reads(values, isVector ? "vector" : "scalar"),
      ...(segments === undefined ? {} : { offsets: reads(segments.offsets) }),
      out: { tensor: out, access: "write", view: "atomic" },
    },
    constants: { SORTED: segments === undefined ? 0 : 1, VECTOR: isVector ? 1 : 0, LOADS },
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
