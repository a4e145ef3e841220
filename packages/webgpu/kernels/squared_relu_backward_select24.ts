import type { SquaredReluBackwardSelect24Arguments } from "@beyond24/device";
import source from "./squared_relu_backward_select24.wgsl" with { type: "text" };
import { selectionOf } from "./_selection.ts";
import { storeSelection } from "./_store_selection.ts";
import { type Launcher, packedBindings } from "../_launch.ts";

/** dy1 = 2 · dy2 ⊙ relu; along neurons with the mask of the relu, along tokens what is selected of the rounded dy1. */
export function squaredReluBackwardSelect24(
  launcher: Launcher,
  { dy2, product, segments, relu, ...results }: SquaredReluBackwardSelect24Arguments,
): void {
  const reluBindings = packedBindings("relu", relu, "read", "pair");
  const selection = selectionOf(launcher, { source, relu: reluBindings, readsRelu: true, ...results });
  storeSelection(launcher, selection, { kernel: "squaredReluBackwardSelect24", y: dy2, segments, product });
}
