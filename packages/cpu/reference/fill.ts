import { type FillArguments, roundTo } from "@beyond24/device";
import { floats, integers } from "./_host_storage.ts";

/** out = value. */
export function fill({ out, value }: FillArguments): void {
  if (out.dtype === "i32") {
    integers(out).fill(value);
    return;
  }
  floats(out).fill(value);
  roundTo(floats(out), out.dtype);
}
