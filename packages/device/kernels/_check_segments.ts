import type { Segments, TokenGather } from "../segments.ts";
import type { Tensor } from "../tensor.ts";
import type { CallCheck } from "./_call_check.ts";

/** Demands i32 [E + 1] offsets at multiples of `rows`. */
export function checkSegments(check: CallCheck, { offsets, align }: Segments, rows = 1): void {
  check.input("segments.offsets", offsets, "i32", ["E + 1"]);
  checkAlign(check, align, rows);
}

/** Demands sorted tokens, or tokens and what sorts them. */
export function checkTokens(
  check: CallCheck,
  { x, gather }: { readonly x: Tensor; readonly gather?: TokenGather },
): void {
  check.inputFactor("x", x, [gather ? "T" : "R", "D"]);
  if (gather) checkGather(check, gather);
}

/** Demands what sorts tokens. */
export function checkGather(check: CallCheck, { order, replicas }: TokenGather): void {
  check.input("gather.order", order, "i32", ["R"]);
  const isCount = Number.isInteger(replicas) && replicas > 0;
  check.require(isCount, "gather.replicas must be a positive integer", replicas);
}

/** Demands segments at multiples of `rows`. */
export function checkAlign(check: CallCheck, align: number, rows = 1): void {
  const rule = rows === 1
    ? "segments.align must be a positive integer"
    : `segments.align must be a multiple of ${rows}`;
  check.require(Number.isInteger(align) && align > 0 && align % rows === 0, rule, align);
}

/** Demands that F = E · C. */
export function checkClusters(check: CallCheck): void {
  const experts = check.size("E + 1") - 1;
  const [neurons, width] = [check.size("F"), check.size("C")];
  check.require(neurons === experts * width, "F must be E · C", `F ${neurons}, E ${experts}, C ${width}`);
}
