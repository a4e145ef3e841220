import type { ModelShape } from "@beyond24/recipe";

/** A size of a model, or the product of two. */
type Extent = (model: ModelShape) => number;

/** A weight in both worlds. `N` in a name stands for the number of the layer. */
interface WeightRow {
  readonly ours: string;
  readonly theirs: string;
  /** The shape that `transformers` has, [out, in] for matrices. */
  readonly shape: readonly Extent[];
  /** Whether ours is the transposed matrix. */
  readonly isTransposed: boolean;
  /** Whether it belongs to the feed-forward network, which is not that of Llama. */
  readonly isFeedForward: boolean;
}

const vocabulary: Extent = ({ vocabularySize }) => vocabularySize;
const features: Extent = ({ dModel }) => dModel;
const neurons: Extent = ({ dFfn }) => dFfn;
const queries: Extent = ({ heads, headDim }) => heads * headDim;
const keys: Extent = ({ kvHeads, headDim }) => kvHeads * headDim;

function same(name: string, ...shape: Extent[]): WeightRow {
  return { ours: name, theirs: name, shape, isTransposed: false, isFeedForward: false };
}

/** Both matrices are neuron-major here, [F, D], so the second one is the transposed of theirs. */
const layerRows: readonly WeightRow[] = [
  same("model.layers.N.input_layernorm.weight", features),
  same("model.layers.N.self_attn.q_proj.weight", queries, features),
  same("model.layers.N.self_attn.k_proj.weight", keys, features),
  same("model.layers.N.self_attn.v_proj.weight", keys, features),
  same("model.layers.N.self_attn.o_proj.weight", features, queries),
  same("model.layers.N.post_attention_layernorm.weight", features),
  {
    ours: "model.layers.N.mlp.w_in",
    theirs: "model.layers.N.mlp.up_proj.weight",
    shape: [neurons, features],
    isTransposed: false,
    isFeedForward: true,
  },
  {
    ours: "model.layers.N.mlp.w_out",
    theirs: "model.layers.N.mlp.down_proj.weight",
    shape: [features, neurons],
    isTransposed: true,
    isFeedForward: true,
  },
];

/** Name of the embedding in both worlds. */
export const embeddingName = "model.embed_tokens.weight";
/** Name of the output head in both worlds. */
export const headName = "lm_head.weight";

/** A weight of a model of certain sizes, in both worlds. */
export interface HubWeight {
  /** Name in a checkpoint of ours. */
  readonly ours: string;
  /** Shape there. */
  readonly ourShape: readonly number[];
  /** Name in a file of Hugging Face. */
  readonly theirs: string;
  /** Shape there, [out, in] for matrices. */
  readonly theirShape: readonly number[];
  /** Whether one is the transposed matrix of the other. */
  readonly isTransposed: boolean;
  /** Whether it belongs to a feed-forward network. */
  readonly isFeedForward: boolean;
  /** Its layer; undefined outside of layers. */
  readonly layer: number | undefined;
}

/**
 * The weights of a model by their names here and in `transformers`, from the embedding to the head: the one table that
 * both export and import read.
 *
 * @param model Sizes
 * @returns Each weight
 *
 * @example Look up the second matrix of a feed-forward network
 * ```ts
 * import { hubWeights } from "@beyond24/hub";
 * import { modelPresets } from "@beyond24/recipe";
 * import { assertEquals } from "@std/assert";
 *
 * const weight = hubWeights(modelPresets.tiny).find(({ ours }) => ours === "model.layers.0.mlp.w_out");
 * assertEquals([weight?.theirs, weight?.isTransposed], ["model.layers.0.mlp.down_proj.weight", true]);
 * ```
 */
export function hubWeights(model: ModelShape): HubWeight[] {
  const layers = Array.from(
    { length: model.layers },
    (_, layer) => layerRows.map((row) => weightOf(row, model, layer)),
  );
  return [
    weightOf(same(embeddingName, vocabulary, features), model),
    ...layers.flat(),
    weightOf(same("model.norm.weight", features), model),
    weightOf(same(headName, vocabulary, features), model),
  ];
}

function weightOf({ shape, ours, theirs, ...row }: WeightRow, model: ModelShape, layer?: number): HubWeight {
  const theirShape = shape.map((extent) => extent(model));
  const named = (name: string) => name.replace(".N.", `.${layer}.`);
  const ourShape = row.isTransposed ? theirShape.toReversed() : theirShape;
  return { ours: named(ours), ourShape, theirs: named(theirs), theirShape, ...row, layer };
}
