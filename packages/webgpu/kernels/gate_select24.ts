import type { GateSelect24Arguments } from "@beyond24/device";
import source from "./gate_select24.wgsl" with { type: "text" };
import { selectionOf } from "./_selection.ts";
import { storeSelection } from "./_store_selection.ts";
import { type Launcher, packedBindings } from "../_launch.ts";

/** dy1 = 2 · dy2 ⊙ gate; along neurons with the mask of the gate, along tokens what is selected of the rounded dy1. */
export function gateSelect24(
  launcher: Launcher,
  { dy2, product, segments, gate, ...results }: GateSelect24Arguments,
): void {
  const gateBindings = packedBindings("gate", gate, "read", "pair");
  const selection = selectionOf(launcher, { source, gate: gateBindings, readsGate: true, ...results });
  storeSelection(launcher, selection, { kernel: "gateSelect24", y: dy2, segments, product });
}
