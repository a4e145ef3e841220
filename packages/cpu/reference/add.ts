import { type AddArguments, roundTo } from "@beyond24/device";
import { floats } from "./_host_storage.ts";

/** out = a + b. */
export function add({ a, b, out }: AddArguments): void {
  const first = floats(a);
  const second = floats(b);
  const result = floats(out);
  for (let i = 0; i < result.length; i++) result[i] = (first[i] ?? NaN) + (second[i] ?? NaN);
  roundTo(result, out.dtype);
}
