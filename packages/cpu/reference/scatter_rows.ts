import { roundTo, type ScatterRowsArguments } from "@beyond24/device";
import { floats, integers } from "./_host_storage.ts";

/** out[t] = the sum over the slots of x[positions[t, slot]], in slot order. */
export function scatterRows({ x, positions, out }: ScatterRowsArguments): void {
  const [tokens = 0, slots = 0] = positions.shape;
  const [, width = 0] = x.shape;
  const input = floats(x);
  const rows = integers(positions);
  const result = floats(out);
  for (let t = 0; t < tokens; t++) {
    for (let d = 0; d < width; d++) {
      let total = 0;
      for (let slot = 0; slot < slots; slot++) total += input[(rows[t * slots + slot] ?? 0) * width + d] ?? NaN;
      result[t * width + d] = total;
    }
  }
  roundTo(result, out.dtype);
}
