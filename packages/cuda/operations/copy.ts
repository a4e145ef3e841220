import { BYTES_PER_ELEMENT, type CopyArguments } from "@beyond24/device";
import { addressOfTensor } from "../memory/storage.ts";
import type { LaunchContext } from "../launching/launch_context.ts";
import { i64 } from "../driver/pack_arguments.ts";
import { address, commonCount, floatName, strided } from "../launching/arguments.ts";

/** out = x, converted. */
export function copy(context: LaunchContext, { x, out }: CopyArguments): void {
  const count = commonCount(x, out);
  if (x.dtype === out.dtype) {
    context.driver.copyWithin(addressOfTensor(out), addressOfTensor(x), count * BYTES_PER_ELEMENT[x.dtype]);
    return;
  }
  const name = `copy_${floatName(x)}_${floatName(out)}`;
  context.launch({ module: "plain/copy", name }, strided(context, count, 8), [address(x), address(out), i64(count)]);
}
