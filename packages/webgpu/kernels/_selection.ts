import { isPacked24, type Operand, type UnbiasedDraw } from "@beyond24/device";
import { nibble24 } from "@beyond24/sparse24";
import index from "./_index.wgsl" with { type: "text" };
import selection from "./_selection.wgsl" with { type: "text" };
import stores from "./_selection_stores.wgsl" with { type: "text" };
import unbiasedSource from "./_unbiased.wgsl" with { type: "text" };
import { drawLaunch } from "./_unbiased.ts";
import { type Binding, type Launcher, packedBindings, writes } from "../_launch.ts";

/** Eight entries of the completion table in one word. */
function nibbleWord(first: number): number {
  let word = 0;
  for (let mask = 7; mask >= 0; mask--) word = word * 16 + nibble24(first + mask);
  return word;
}

/** Constants of `_selection.wgsl`. */
export function selectionConstants({ activationType }: Launcher): Record<string, number> {
  return { NIBBLES_LOW: nibbleWord(0), NIBBLES_HIGH: nibbleWord(8), HALF: activationType === "f16" ? 1 : 0 };
}

/** Text in front of every kernel that selects. */
export const selectionSource: string = index + selection + unbiasedSource;

/** A selection of activations that is stored twice, along neurons and along tokens: what its kernels need for it. */
export interface Selection {
  /** WGSL of `select_group` and of the stores. */
  readonly source: string;
  /** The relu and the results. */
  readonly tensors: Readonly<Record<string, Binding>>;
  /** What the text depends on. */
  readonly constants: Readonly<Record<string, number>>;
  /** Arguments. */
  readonly integers: Readonly<Record<string, number>>;
}

/** What a selection reads and writes. */
export interface SelectionOptions {
  /** WGSL of `select_group`. */
  readonly source: string;
  /** The relu, which is read or written. */
  readonly relu: Readonly<Record<string, Binding>>;
  /** Whether the relu is read. */
  readonly readsRelu: boolean;
  /** Result for contraction over neurons. */
  readonly neurons: Operand;
  /** Result for contraction over tokens. */
  readonly tokens: Operand;
  /** How tokens are drawn, where they are. */
  readonly unbiased?: UnbiasedDraw | undefined;
}

function resultBindings(name: string, result: Operand, packedView: Binding["view"]): Record<string, Binding> {
  if (isPacked24(result)) return packedBindings(name, result, "write", packedView);
  return { [`${name}_dense`]: writes(result, "vector") };
}

/** Describes a selection. Rows are whole fours of neurons, because the relu is packed along them. */
export function selectionOf(
  launcher: Launcher,
  { source, relu, readsRelu, neurons, tokens, unbiased }: SelectionOptions,
): Selection {
  const draw = drawLaunch(unbiased);
  return {
    source: selectionSource + stores + source,
    tensors: {
      ...relu,
      ...resultBindings("neurons", neurons, "pair"),
      ...resultBindings("tokens", tokens, "vector"),
      ...draw.tensors,
    },
    integers: draw.integers,
    constants: {
      ...selectionConstants(launcher),
      ...draw.constants,
      READS_RELU: readsRelu ? 1 : 0,
      NEURONS_PACKED: isPacked24(neurons) ? 1 : 0,
      TOKENS_PACKED: isPacked24(tokens) ? 1 : 0,
    },
  };
}
