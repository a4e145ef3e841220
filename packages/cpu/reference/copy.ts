import { type CopyArguments, roundTo } from "@beyond24/device";
import { floats, integers } from "./_host_storage.ts";

/** out = x, converted. */
export function copy({ x, out }: CopyArguments): void {
  if (x.dtype === "i32") {
    integers(out).set(integers(x));
    return;
  }
  floats(out).set(floats(x));
  roundTo(floats(out), out.dtype);
}
