import type { RecordRowArguments, Tensor } from "@beyond24/device";
import { floats, integers } from "./_host_storage.ts";

/** Writes the values into row `cursor mod N` of the ring, one after the other, and moves the cursor. */
export function recordRow({ values, ring, cursor }: RecordRowArguments): void {
  const [rows = 1, width = 0] = ring.shape;
  const position = integers(cursor);
  const written = position[0] ?? 0;
  const row = values.flatMap((tensor) => Array.from(numbers(tensor)));
  floats(ring).set(row, ((written >>> 0) % rows) * width);
  position[0] = written + 1;
}

function numbers(tensor: Tensor): Float32Array | Int32Array {
  return tensor.dtype === "i32" ? integers(tensor) : floats(tensor);
}
