import type { UnbiasedDraw } from "@beyond24/device";
import { type Launch, reads } from "../_launch.ts";

/** What a launch is told about its draws; see `_unbiased.wgsl`. */
export function drawLaunch(
  unbiased: UnbiasedDraw | undefined,
): Required<Pick<Launch, "tensors" | "constants" | "integers">> {
  if (unbiased === undefined) return { tensors: {}, constants: { UNBIASED: 0 }, integers: {} };
  return {
    tensors: { step: reads(unbiased.step) },
    constants: { UNBIASED: 1 },
    integers: { draw_key: unbiased.key },
  };
}
