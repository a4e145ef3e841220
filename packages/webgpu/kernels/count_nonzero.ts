import { type CountNonzeroArguments, elementCount, isPacked24 } from "@beyond24/device";
import source from "./count_nonzero.wgsl" with { type: "text" };
import { packedStorage } from "../_gpu_storage.ts";
import { type Launcher, reads, workgroupsFor } from "../_launch.ts";
import { fill } from "./fill.ts";

/** Elements that a workgroup looks at; the shader knows the number too. */
const CHUNK = 4096;

/** out = the number of elements that are not zero. The values of a packed matrix are a dense one of half the size. */
export function countNonzero(launcher: Launcher, { x, offsets, out }: CountNonzeroArguments): void {
  const values = isPacked24(x) ? packedStorage(x).values : x;
  const [, cols = 0] = isPacked24(x) ? [x.rows, x.cols] : x.shape;
  const count = elementCount(values.shape);
  fill(launcher, { out, value: 0 });
  launcher.launch({
    kernel: "countNonzero",
    source,
    tensors: {
      x: reads(values),
      ...(offsets === undefined ? {} : { offsets: reads(offsets) }),
      out: { tensor: out, access: "write", view: "atomic" },
    },
    constants: { SORTED: offsets === undefined ? 0 : 1 },
    // Elements in front of row n: n · numerator / denominator.
    integers: {
      count,
      experts: (offsets?.shape[0] ?? 1) - 1,
      numerator: cols,
      denominator: isPacked24(x) ? 2 : 1,
    },
    workgroups: workgroupsFor(count, CHUNK),
  });
}
