import { isPacked24, type Operand, type Tensor } from "@beyond24/device";
import storeBlocks from "./_store_blocks.wgsl" with { type: "text" };
import {
  type Binding,
  type Launcher,
  packedBindings,
  reads,
  WORKGROUP_SIZE,
  workgroupsFor,
  writes,
} from "../_launch.ts";
import { selectionConstants, selectionSource } from "./_selection.ts";

/** A selection of activations that is stored twice: along neurons and along tokens. */
export interface SelectionLaunch {
  /** Name in profiles. */
  readonly kernel: string;
  /** WGSL of `group_at`. */
  readonly source: string;
  /** Whether a gate is read (and not written). */
  readonly readsGate: boolean;
  /** What `group_at` reads, and the gate. */
  readonly tensors: Readonly<Record<string, Binding>>;
  /** [R, C] of the activations. */
  readonly shape: readonly number[];
  /** i32 [E + 1]. */
  readonly offsets: Tensor;
  /** Result for contraction over neurons. */
  readonly neurons: Operand;
  /** Result for contraction over tokens. */
  readonly tokens: Operand;
}

function resultBindings(name: string, result: Operand): Record<string, Binding> {
  if (isPacked24(result)) return packedBindings(name, result, "write");
  return { [`${name}_dense`]: writes(result) };
}

/** Launches a selection, an invocation a block of 8 × 8. */
export function storeSelection(launcher: Launcher, launch: SelectionLaunch): void {
  const { kernel, source, readsGate, tensors, shape, offsets, neurons, tokens } = launch;
  const [rows = 0, cols = 0] = shape;
  launcher.launch({
    kernel,
    source: selectionSource + source + storeBlocks,
    tensors: {
      ...tensors,
      offsets: reads(offsets),
      ...resultBindings("neurons", neurons),
      ...resultBindings("tokens", tokens),
    },
    constants: {
      ...selectionConstants(launcher),
      GATE: readsGate ? 1 : 0,
      NEURONS_PACKED: isPacked24(neurons) ? 1 : 0,
      TOKENS_PACKED: isPacked24(tokens) ? 1 : 0,
    },
    integers: { experts: (offsets.shape[0] ?? 1) - 1, cols },
    workgroups: workgroupsFor(Math.ceil(rows / 8) * Math.ceil(cols / 8), WORKGROUP_SIZE),
  });
}
