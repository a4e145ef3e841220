import { roundTo, type ScatterRowsArguments } from "@beyond24/device";
import { floats, integers } from "./_host_storage.ts";

/** out[t] = the sum over the slots of x[positions[t, slot]], in slot order. */
export function scatterRows({ x, positions, out }: ScatterRowsArguments): void {
  const [tokens = 0, slots = 0] = positions.shape;
  const [count = 0, width = 0] = x.shape;
  const input = floats(x);
  const rows = integers(positions);
  const result = floats(out);
  for (let t = 0; t < tokens; t++) {
    for (let d = 0; d < width; d++) {
      let total = 0;
      for (let slot = 0; slot < slots; slot++) {
        const row = rows[t * slots + slot] ?? NaN;
        total += row >= 0 && row < count ? input[row * width + d] ?? NaN : NaN;
      }
      result[t * width + d] = total;
    }
  }
  roundTo(result, out.dtype);
}
