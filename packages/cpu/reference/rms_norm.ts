import { type RmsNormArguments, roundTo } from "@beyond24/device";
import { floats } from "./_host_storage.ts";
import { add } from "./add.ts";

/** The largest number of f32. */
const LARGEST = 2 ** 128 - 2 ** 104;

/** out = x · inverseRms · weight, row by row. */
export function rmsNorm({ x: given, residual, weight, epsilon, out, inverseRms }: RmsNormArguments): void {
  if (residual) add({ a: given, b: residual.addend, out: residual.sum });
  const x = residual?.sum ?? given;
  const [tokens = 0, width = 0] = x.shape;
  const input = floats(x);
  const gains = floats(weight);
  const result = floats(out);
  const inverses = floats(inverseRms);
  for (let t = 0; t < tokens; t++) {
    let squares = 0;
    for (let i = t * width; i < (t + 1) * width; i++) squares += (input[i] ?? NaN) ** 2;
    const inverse = squares <= LARGEST ? 1 / Math.sqrt(squares / width + epsilon) : NaN;
    inverses[t] = inverse;
    for (let d = 0; d < width; d++) result[t * width + d] = (input[t * width + d] ?? NaN) * inverse * (gains[d] ?? NaN);
  }
  roundTo(result, out.dtype);
}
