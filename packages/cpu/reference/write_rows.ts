import { roundTo, type WriteRowsArguments } from "@beyond24/device";
import { floats, integers } from "./_host_storage.ts";

/** out[rows[t]] = x[t], converted. */
export function writeRows({ x, rows, out }: WriteRowsArguments): void {
  const [capacity = 0, width = 0] = out.shape;
  const input = floats(x);
  const result = floats(out);
  integers(rows).forEach((row, t) => {
    if (row < 0 || row >= capacity) return;
    const target = result.subarray(row * width, (row + 1) * width);
    target.set(input.subarray(t * width, (t + 1) * width));
    roundTo(target, out.dtype);
  });
}
