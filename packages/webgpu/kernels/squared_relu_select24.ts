import type { SquaredReluSelect24Arguments } from "@beyond24/device";
import source from "./squared_relu_select24.wgsl" with { type: "text" };
import { selectionOf } from "./_selection.ts";
import { storeSelection } from "./_store_selection.ts";
import { type Launcher, packedBindings } from "../_launch.ts";

/** Selections of the largest are made on r = relu(y1); what is stored is r² and, in the relu, r. */
export function squaredReluSelect24(
  launcher: Launcher,
  { y1, product, segments, relu, ...results }: SquaredReluSelect24Arguments,
): void {
  const reluBindings = packedBindings("relu", relu, "write", "pair");
  const selection = selectionOf(launcher, { source, relu: reluBindings, readsRelu: false, ...results });
  storeSelection(launcher, selection, { kernel: "squaredReluSelect24", y: y1, segments, product });
}
