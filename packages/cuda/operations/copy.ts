import { BYTES_PER_ELEMENT, type CopyArguments } from "@beyond24/device";
import { addressOfTensor } from "../_storage.ts";
import type { LaunchContext } from "../launch_context.ts";
import { i64 } from "../pack_arguments.ts";
import { address, commonCount, floatName, strided } from "./_launching.ts";
import ptx from "./copy.ptx" with { type: "text" };

/** out = x, converted. */
export function copy(context: LaunchContext, { x, out }: CopyArguments): void {
  const count = commonCount(x, out);
  if (x.dtype === out.dtype) {
    context.driver.copyWithin(addressOfTensor(out), addressOfTensor(x), count * BYTES_PER_ELEMENT[x.dtype]);
    return;
  }
  const name = `copy_${floatName(x)}_${floatName(out)}`;
  context.launch({ ptx, name }, strided(context, count, 8), [address(x), address(out), i64(count)]);
}
