import type { Segments, SelectedProduct, Tensor } from "@beyond24/device";
import block from "./_selection_block.wgsl" with { type: "text" };
import storeBlocks from "./_store_blocks.wgsl" with { type: "text" };
import { WORD_ROWS } from "../_packed_layout.ts";
import { neuronsProduct } from "./_neurons_product.ts";
import { hasVectorOperands, launchProduct } from "./_product.ts";
import type { Selection } from "./_selection.ts";
import { groupedMatmulNeurons } from "./grouped_matmul_neurons.ts";
import { type Launcher, reads, WORKGROUP_SIZE, workgroupsFor } from "../_launch.ts";

/** Where a selection takes place. */
export interface SelectionPlace {
  /** Name in profiles. */
  readonly kernel: string;
  /** [R, C] to select from; with a product, room for it. */
  readonly y: Tensor;
  /** Where the sorted tokens lie. */
  readonly segments: Segments;
  /** What computes y first. */
  readonly product: SelectedProduct | undefined;
}

/**
 * Launches a selection: within its product where whole words of metadata belong to one expert and the adapter has room for all
 * buffers of both.
 */
export function storeSelection(launcher: Launcher, selection: Selection, place: SelectionPlace): void {
  const { y, segments, product } = place;
  if (product !== undefined) {
    if (selectWithin(launcher, selection, { ...place, product })) return;
    groupedMatmulNeurons(launcher, { ...product, segments, out: y });
  }
  selectBlocks(launcher, selection, place);
}

function selectWithin(
  launcher: Launcher,
  selection: Selection,
  { kernel, y, segments, product }: SelectionPlace & { readonly product: SelectedProduct },
): boolean {
  const launch = {
    ...neuronsProduct(product, segments, y.shape),
    kernel: `groupedMatmulNeurons ${kernel}`,
    result: { selection, shape: y.shape },
  };
  // Besides those of the selection: tokens, values and metadata of weights, offsets.
  const mostBuffers = Object.keys(selection.tensors).length + 4;
  if (mostBuffers > launcher.mostBuffers || segments.align % WORD_ROWS !== 0 || !hasVectorOperands(launch)) {
    return false;
  }
  launchProduct(launcher, launch);
  return true;
}

/** An invocation a block of 8 × 8. */
function selectBlocks(
  launcher: Launcher,
  selection: Selection,
  { kernel, y, segments: { offsets } }: SelectionPlace,
): void {
  const [rows = 0, cols = 0] = y.shape;
  launcher.launch({
    kernel,
    source: selection.source + storeBlocks.replace("SELECT_BLOCK", () => block),
    tensors: { ...selection.tensors, y: reads(y, "vector"), offsets: reads(offsets) },
    constants: selection.constants,
    integers: { experts: (offsets.shape[0] ?? 1) - 1, cols, ...selection.integers },
    workgroups: workgroupsFor(Math.ceil(rows / 8) * Math.ceil(cols / 8), WORKGROUP_SIZE),
  });
}
