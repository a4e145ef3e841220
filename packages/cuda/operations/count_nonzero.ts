import { type CountNonzeroArguments, isPacked24 } from "@beyond24/device";
import { addressOfTensor, storageOf } from "../memory/storage.ts";
import type { LaunchContext } from "../launching/launch_context.ts";
import { i32, i64, pointer } from "../driver/pack_arguments.ts";
import { address, floatName, matrixSize, requireType, strided, usedRows } from "../launching/arguments.ts";

/** out = number of elements that are not zero. */
export function countNonzero(context: LaunchContext, { x, segments, out }: CountNonzeroArguments): void {
  requireType(out, "i32");
  const [rows, cols] = isPacked24(x) ? [x.rows, x.cols] : matrixSize(x);
  // A packed matrix stores half of its elements, also when two stored rows stand for four.
  const pairElements = isPacked24(x) ? cols : 2 * cols;
  const count = rows * pairElements / 2;
  const from = isPacked24(x) ? pointer(storageOf(x).address) : address(x);
  const name = `count_nonzero_${isPacked24(x) ? "bf16" : floatName(x)}`;
  context.driver.fill(addressOfTensor(out), 0, 4, 1);
  context.launch({ module: "plain/count_nonzero", name }, strided(context, count, 8), [
    from,
    i64(count),
    usedRows(segments),
    i32(pairElements),
    address(out),
  ]);
}
