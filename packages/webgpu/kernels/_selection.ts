import { isPacked24, type Operand, type UnbiasedDraw } from "@beyond24/device";
import { selectText } from "./_select_group.ts";
import { storesText } from "./_selection_stores.ts";
import { drawLaunch } from "./_unbiased.ts";
import { type Binding, type Launcher, packedBindings, writes } from "../_launch.ts";
import { part, type ShaderPart } from "../_wgsl.ts";

/** A selection of activations that is stored twice, along neurons and along tokens: what its kernels need for it. */
export interface Selection {
  /** WGSL of `select_group` and of the stores. */
  readonly text: readonly ShaderPart[];
  /** Whether the result along tokens is packed. */
  readonly tokensPacked: boolean;
  /** The relu and the results. */
  readonly tensors: Readonly<Record<string, Binding>>;
  /** Arguments. */
  readonly integers: Readonly<Record<string, number>>;
}

/** What a selection reads and writes. */
export interface SelectionOptions {
  /** WGSL of `select_group`. */
  readonly text: ShaderPart;
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
  { text, relu, readsRelu, neurons, tokens, unbiased }: SelectionOptions,
): Selection {
  const draw = drawLaunch(unbiased);
  const tokensPacked = isPacked24(tokens);
  const stores = part(storesText, {
    READS_RELU: readsRelu,
    NEURONS_PACKED: isPacked24(neurons),
    TOKENS_PACKED: tokensPacked,
    UNBIASED: unbiased !== undefined,
  });
  return {
    text: [selectText(launcher), draw.text, stores, text],
    tokensPacked,
    tensors: {
      ...relu,
      ...resultBindings("neurons", neurons, "pair"),
      ...resultBindings("tokens", tokens, "vector"),
      ...draw.tensors,
    },
    integers: draw.integers,
  };
}
