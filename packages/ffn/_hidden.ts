import type { Tape } from "@beyond24/autograd";
import {
  isPacked24,
  type Operand,
  rowRange,
  type Segments,
  type SelectedProduct,
  type Tensor,
  type UnbiasedDraw,
} from "@beyond24/device";
import type { SparsityPlan } from "@beyond24/recipe";
import { hash32 } from "@beyond24/sparse24";
import type { Preactivations } from "./_preactivations.ts";
import type { Products } from "./_token_order.ts";

/** An activation as its two products read it; both may be the same dense tensor. */
export interface HiddenOperands {
  /** For contraction over neurons: y3 and dx. */
  readonly neurons: Operand;
  /** For contraction over tokens: dwOut and dwIn. */
  readonly tokens: Operand;
}

/** How hidden activations are computed. */
export interface HiddenOptions {
  /** The products in front of their gradients. */
  readonly products: Products;
  /** [rows, width] of y1, y2 and their gradients. */
  readonly shape: readonly number[];
  /** Says which of them are selected, and how. */
  readonly plan: SparsityPlan;
  /** Where the sorted tokens lie; missing where tokens are not sorted. */
  readonly segments: Segments | undefined;
  /** Random numbers of the pass, for plans that select without bias. */
  readonly draw: UnbiasedDraw | undefined;
}

/** The hidden activations of a network. */
export interface Hidden {
  /** y2. */
  readonly forward: HiddenOperands;
  /** dy1 from the product dy2 = dy3 · wOutᵀ. */
  backward(dy2: SelectedProduct): HiddenOperands;
  /** What lives until the end of the backward pass. */
  readonly saved: readonly Operand[];
}

/** Whether a product keeps two of every four of its activation. */
function selects(plan: SparsityPlan, product: "y3" | "dx" | "dwOut" | "dwIn"): boolean {
  const { operand, format } = plan[product];
  return (operand === "y2" || operand === "dy1") && format !== "columns";
}

/** Whether two of every four tokens are kept anywhere. */
export function selectsAlongTokens(plan: SparsityPlan): boolean {
  return selects(plan, "dwOut") || selects(plan, "dwIn");
}

/** Tells the random numbers of the two products that contract over tokens apart. */
const drawNumbers = { dwOut: 0, dwIn: 1 } as const;

/** How a product's activation is selected along tokens, as an argument of a kernel: nothing where the largest are. */
function drawOf(
  { plan, draw }: HiddenOptions,
  product: keyof typeof drawNumbers,
): { readonly unbiased?: UnbiasedDraw } {
  const entry = plan[product];
  if (!("selection" in entry) || entry.selection !== "unbiased") return {};
  if (draw === undefined) {
    throw new TypeError("Cannot run a sparse feed-forward network as its plan selects without bias: pass a draw");
  }
  return { unbiased: { key: hash32([draw.key, drawNumbers[product]]), step: draw.step } };
}

function allocate(tape: Tape, shape: readonly number[], axis: "rows" | "cols", packed: boolean): Operand {
  const [rows = 0, cols = 0] = shape;
  return packed ? tape.arena.packed24(rows, cols, axis) : tape.tensor(shape);
}

/** Gives back both operands of an activation. */
export function recycleOperands(tape: Tape, { neurons, tokens }: HiddenOperands): void {
  for (const operand of new Set([neurons, tokens])) tape.arena.recycle(operand);
}

/** The products that read an activation, contracted over neurons and over tokens. */
interface Readers {
  readonly neurons: "y3" | "dx";
  readonly tokens: keyof typeof drawNumbers;
}

/** Packs a dense activation for the products that want it packed; the dense one is given back when nobody reads it. */
function selectOperands(tape: Tape, x: Tensor, readers: Readers, options: HiddenOptions): HiddenOperands {
  const { plan, segments } = options;
  const sorted = segments === undefined ? {} : { segments };
  const select = (axis: "rows" | "cols", wanted: boolean, draw: { readonly unbiased?: UnbiasedDraw }): Operand => {
    const result = wanted ? allocate(tape, x.shape, axis, true) : x;
    if (isPacked24(result)) tape.device.kernels.select24({ x, packed: result, ...sorted, ...draw });
    return result;
  };
  const operands = {
    neurons: select("cols", selects(plan, readers.neurons), {}),
    tokens: select("rows", selects(plan, readers.tokens), drawOf(options, readers.tokens)),
  };
  if (isPacked24(operands.neurons) && isPacked24(operands.tokens)) tape.arena.recycle(x);
  return operands;
}

/** y2 = relu(y1)² with all neurons kept in the forward pass. */
function fullHidden(tape: Tape, options: HiddenOptions, preactivations: Preactivations): Hidden {
  const { products, shape } = options;
  const { kernels } = tape.device;
  const { y1, ...source } = preactivations.activated();
  const y2 = tape.tensor(shape);
  kernels.squaredRelu({ x: y1, ...source, out: y2 });
  const forward = selectOperands(tape, y2, { neurons: "y3", tokens: "dwOut" }, options);
  return {
    forward,
    backward: (product) => {
      const dy2 = tape.tensor(shape);
      products.neurons(product, product.weights, dy2);
      kernels.squaredReluBackward({ x: y1, dOut: dy2, dX: dy2 });
      return selectOperands(tape, dy2, { neurons: "dx", tokens: "dwIn" }, options);
    },
    saved: [y1, ...new Set([forward.neurons, forward.tokens])],
  };
}

/** Tokens that are not sorted are one segment. */
function wholeSegments(tape: Tape, rows: number): Segments {
  const offsets = tape.tensor([2], "i32");
  tape.device.kernels.fill({ out: rowRange(offsets, 0, 1), value: 0 });
  tape.device.kernels.fill({ out: rowRange(offsets, 1, 2), value: rows });
  return { offsets, align: rows };
}

/** y2 = relu(y1)² where kept: the two largest of every four neurons of a token. The backward pass has the same mask. */
function selectedHidden(tape: Tape, options: HiddenOptions, preactivations: Preactivations): Hidden {
  const { products, shape, plan } = options;
  const { kernels } = tape.device;
  const [rows = 0, cols = 0] = shape;
  const segments = options.segments ?? wholeSegments(tape, rows);
  const source = preactivations.selected();
  const relu = tape.arena.packed24(rows, cols, "cols");
  const forward = {
    neurons: allocate(tape, shape, "cols", true),
    tokens: allocate(tape, shape, "rows", selects(plan, "dwOut")),
  };
  kernels.squaredReluSelect24({ ...source, segments, relu, ...forward, ...drawOf(options, "dwOut") });
  tape.arena.recycle(source.y1);
  return {
    forward,
    backward: (dy2Product) => {
      const dy2 = tape.tensor(shape);
      const dy2Origin = products.selected(dy2Product, dy2);
      const operands = {
        neurons: allocate(tape, shape, "cols", selects(plan, "dx")),
        tokens: allocate(tape, shape, "rows", selects(plan, "dwIn")),
      };
      kernels.squaredReluBackwardSelect24({
        dy2,
        ...dy2Origin,
        relu,
        segments,
        ...operands,
        ...drawOf(options, "dwIn"),
      });
      tape.arena.recycle(dy2);
      return operands;
    },
    saved: [relu, forward.neurons, forward.tokens, ...(options.segments === undefined ? [segments.offsets] : [])],
  };
}

/** The hidden activations that a plan asks for. */
export function hidden(tape: Tape, options: HiddenOptions, y1: Preactivations): Hidden {
  return selects(options.plan, "y3") ? selectedHidden(tape, options, y1) : fullHidden(tape, options, y1);
}
