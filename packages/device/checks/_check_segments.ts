import type { Tensor } from "../tensor.ts";
import type { CallCheck } from "./_call_check.ts";

/** Demands i32 [E + 1] offsets with F = E · C, the last check of a grouped product. */
export function checkSegments(check: CallCheck, offsets: Tensor): void {
  check.input("offsets", offsets, "i32", ["E + 1"]);
  const experts = check.size("E + 1") - 1;
  const [neurons, width] = [check.size("F"), check.size("C")];
  check.require(neurons === experts * width, "F must be E · C", `F ${neurons}, E ${experts}, C ${width}`);
  check.aliasing();
}
