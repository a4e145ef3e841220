import type { Segments, SelectedProduct, Tensor } from "@beyond24/device";
import { WORD_ROWS } from "../_packed_layout.ts";
import { together } from "./_together.ts";
import { neuronsProduct } from "./_neurons_product.ts";
import { hasVectorOperands, launchProduct } from "./_product.ts";
import type { Selection } from "./_selection.ts";
import { selectionBlock } from "./_selection_block.ts";
import { groupedMatmulNeurons } from "./grouped_matmul_neurons.ts";
import { type Binding, type Launcher, reads, WORKGROUP_SIZE, workgroupsFor } from "../_launch.ts";
import { each, part, wgsl } from "../_wgsl.ts";

/** One invocation selects from one block of 8 tokens times 8 neurons. */
const blocksText = ({ TOKENS_PACKED }: { readonly TOKENS_PACKED: boolean }) =>
  wgsl`
    @compute @workgroup_size(64)
    fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
      let index = index_of(id, groups);
      let end = u32(load_offsets(args.experts));
      let column_blocks = (args.cols + 7u) / 8u;
      let column = index % column_blocks * 8u;
      let row = index / column_blocks * 8u;
      if (row >= end) {
        return;
      }
      ${each(8, (r) => each(2, (g) => loadGroup(r, g)))}
      ${selectionBlock(TOKENS_PACKED)}
    }
  `;

const loadGroup = (r: number, g: number) =>
  wgsl`
    var value_${r}_${g} = vec4<f32>(0.0);
    if (row + ${r}u < end && column + ${4 * g}u < args.cols) {
      value_${r}_${g} = load4_y((row + ${r}u) * args.cols + column + ${4 * g}u);
    }
  `;

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
 * Launches a selection: within its product where whole words of metadata belong to one expert and the adapter has room
 * for all buffers of both.
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
  const tensors = withinLimit(launcher, { ...selection.tensors, y: reads(y, "vector"), offsets: reads(offsets) });
  launcher.launch({
    kernel,
    text: [...selection.text, part(blocksText, { TOKENS_PACKED: selection.tokensPacked })],
    tensors,
    integers: { experts: (offsets.shape[0] ?? 1) - 1, cols, ...selection.integers },
    workgroups: workgroupsFor(Math.ceil(rows / 8) * Math.ceil(cols / 8), WORKGROUP_SIZE),
  });
}

/** WebGPU promises eight buffers; where there are no more, the step of the draws lies with the offsets. */
function withinLimit(
  launcher: Launcher,
  tensors: Readonly<Record<string, Binding>>,
): Readonly<Record<string, Binding>> {
  const { step, offsets } = tensors;
  if (step === undefined || offsets === undefined || Object.keys(tensors).length <= launcher.mostBuffers) {
    return tensors;
  }
  const [joinedOffsets, joinedStep] = together(launcher, "selection", [offsets.tensor, step.tensor]);
  if (joinedOffsets === undefined || joinedStep === undefined) return tensors;
  return { ...tensors, offsets: reads(joinedOffsets), step: reads(joinedStep) };
}
