import { type GatherRowsArguments, roundTo } from "@beyond24/device";
import { floats, integers } from "./_host_storage.ts";

/** out[i] = x[floor(order[i] / replicas)], zeros for padding. */
export function gatherRows({ x, order, replicas = 1, out }: GatherRowsArguments): void {
  const [tokens = 0, width = 0] = x.shape;
  const input = floats(x);
  const result = floats(out);
  integers(order).forEach((replica, i) => {
    const row = Math.floor(replica / replicas);
    if (replica < 0 || row >= tokens) result.fill(replica < 0 ? 0 : NaN, i * width, (i + 1) * width);
    else result.set(input.subarray(row * width, (row + 1) * width), i * width);
  });
  roundTo(result, out.dtype);
}
