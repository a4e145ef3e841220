import type { SquaredReluBackwardSelect24Arguments } from "@beyond24/device";
import { selectionOf } from "./_selection.ts";
import { storeSelection } from "./_store_selection.ts";
import { type Launcher, packedBindings } from "../_launch.ts";
import { wgsl } from "../_wgsl.ts";

/**
 * dy1 = 2 · dy2 · relu at the two places that the relu names; along tokens the selection is made on the rounded
 * product.
 */
const TEXT = wgsl`
  fn select_group(row: u32, column: u32, dy2: vec4<f32>) -> Group {
    let word = u32(load_relu_words(row / 8u * (args.cols / 4u) + column / 4u));
    let nibble = (word >> (4u * (row & 7u))) & 15u;
    let relus = load2_relu_values((row * args.cols + column) / 2u);
    let places = vec4<u32>(0u, 1u, 2u, 3u);
    let relu = select(
      select(vec4<f32>(0.0), vec4<f32>(relus.y), places == vec4<u32>(nibble >> 2u)),
      vec4<f32>(relus.x), places == vec4<u32>(nibble & 3u));
    let mask = mask_of(nibble);
    let dy1 = masked(rounded(rounded(dy2) * (2.0 * relu)), mask);
    return Group(dy1, dy1, mask, nibble);
  }
`;

/** dy1 = 2 · dy2 ⊙ relu; along neurons with the mask of the relu, along tokens what is selected of the rounded dy1. */
export function squaredReluBackwardSelect24(
  launcher: Launcher,
  { dy2, product, segments, relu, ...results }: SquaredReluBackwardSelect24Arguments,
): void {
  const reluBindings = packedBindings("relu", relu, "read", "pair");
  const selection = selectionOf(launcher, { text: TEXT, relu: reluBindings, readsRelu: true, ...results });
  storeSelection(launcher, selection, { kernel: "squaredReluBackwardSelect24", y: dy2, segments, product });
}
