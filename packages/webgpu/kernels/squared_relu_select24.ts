import type { SquaredReluSelect24Arguments } from "@beyond24/device";
import { selectionOf } from "./_selection.ts";
import { storeSelection } from "./_store_selection.ts";
import { type Launcher, packedBindings } from "../_launch.ts";
import { wgsl } from "../_wgsl.ts";

/** Both selections are made on r = relu(y1); what is stored is r², and r in the relu. */
const TEXT = wgsl`
  fn select_group(row: u32, column: u32, y1: vec4<f32>) -> Group {
    let y = rounded(y1);
    let r = select(y, vec4<f32>(0.0), y <= vec4<f32>(0.0));
    let mask = keep_largest(r);
    let kept = masked(r, mask);
    return Group(kept, kept * kept, mask, nibble_of(mask));
  }
`;

/** Selections of the largest are made on r = relu(y1); what is stored is r² and, in the relu, r. */
export function squaredReluSelect24(
  launcher: Launcher,
  { y1, product, segments, relu, ...results }: SquaredReluSelect24Arguments,
): void {
  const reluBindings = packedBindings("relu", relu, "write", "pair");
  const selection = selectionOf(launcher, { text: TEXT, relu: reluBindings, readsRelu: false, ...results });
  storeSelection(launcher, selection, { kernel: "squaredReluSelect24", y: y1, segments, product });
}
