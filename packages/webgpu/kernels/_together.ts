import { elementCount, type Tensor } from "@beyond24/device";
import { copy } from "./copy.ts";
import type { Launcher } from "../_launch.ts";

/**
 * Small i32 tensors, one behind the other in one buffer, for launches that would bind more than the adapter allows:
 * views of a copy, in the order of the tensors.
 */
export function together(launcher: Launcher, name: string, tensors: readonly Tensor[]): Tensor[] {
  const count = tensors.reduce((sum, { shape }) => sum + elementCount(shape), 0);
  const all = launcher.scratch(name, count, "i32");
  let offset = 0;
  return tensors.map((x) => {
    const out: Tensor = { ...all, shape: x.shape, offset };
    copy(launcher, { x, out });
    offset += elementCount(x.shape);
    return out;
  });
}
