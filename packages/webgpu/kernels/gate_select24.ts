import type { GateSelect24Arguments } from "@beyond24/device";
import source from "./gate_select24.wgsl" with { type: "text" };
import { storeSelection } from "./_store_selection.ts";
import { type Launcher, packedBindings, reads } from "../_launch.ts";

/** dy1 = dy2 ⊙ gate; along neurons with the mask of the gate, along tokens the two largest of the rounded dy1. */
export function gateSelect24(
  launcher: Launcher,
  { dy2, gate, offsets, neurons, tokens }: GateSelect24Arguments,
): void {
  storeSelection(launcher, {
    kernel: "gateSelect24",
    source,
    readsGate: true,
    tensors: { dy2: reads(dy2), ...packedBindings("gate", gate, "read") },
    shape: dy2.shape,
    offsets,
    neurons,
    tokens,
  });
}
