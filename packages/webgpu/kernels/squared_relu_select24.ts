import type { SquaredReluSelect24Arguments } from "@beyond24/device";
import source from "./squared_relu_select24.wgsl" with { type: "text" };
import { storeSelection } from "./_store_selection.ts";
import { type Launcher, packedBindings, reads } from "../_launch.ts";

/** Both selections are made on r = relu(y1); what is stored is r² and, in the gate, 2r. */
export function squaredReluSelect24(
  launcher: Launcher,
  { y1, offsets, gate, neurons, tokens }: SquaredReluSelect24Arguments,
): void {
  storeSelection(launcher, {
    kernel: "squaredReluSelect24",
    source,
    readsGate: false,
    tensors: { y1: reads(y1), ...packedBindings("gate", gate, "write") },
    shape: y1.shape,
    offsets,
    neurons,
    tokens,
  });
}
