import { TensorFile } from "@beyond24/checkpoint";
import { readTextFile } from "@beyond24/disk";
import { parseJson, shown } from "@beyond24/disk/json";
import { loadTokenizer, type Tokenizer } from "@beyond24/tokenizer";
import { initialValues } from "@beyond24/transformer";
import { join } from "@std/path";
import { openWeights, type StoredWeight } from "./_open_weights.ts";
import { encodeTensors, type PendingTensor } from "./_tensor_writer.ts";
import {
  encodeValues,
  isReadableType,
  readableTypes,
  readValues,
  transposeValues,
  type ValuePieces,
} from "./_values.ts";
import { decodeConfigFile, type DescribedModel, type ModelConfig } from "./config_file.ts";
import { HubError } from "./hub_error.ts";
import { embeddingName, headName, type HubWeight, hubWeights } from "./weight_table.ts";

/** Options of {@linkcode importHuggingFace}. */
export interface ImportHuggingFaceOptions {
  /**
   * Leaves the feed-forward networks out, so that a Llama model will do, whose networks are gated; new ones are drawn.
   * Default false.
   */
  readonly freshFeedForward?: boolean;
}

/** A model of Hugging Face that can be taken over. */
export interface ImportedModel extends DescribedModel {
  /** Its tokenizer; undefined when the folder has none. */
  readonly tokenizer: Tokenizer | undefined;
  /** Its card, `README.md`; undefined when the folder has none. */
  readonly card: string | undefined;
  /**
   * The weights as the `model.safetensors` of a checkpoint, f32, piece by piece, each read when it is asked for. A tied
   * head is a copy of the embedding.
   *
   * @param fresh What new feed-forward networks are like, where they are drawn
   * @returns The pieces, each valid until the next one is asked for
   */
  readonly weights: (fresh?: FreshFeedForward) => AsyncGenerator<Uint8Array>;
}

/** What feed-forward networks that are drawn are like. */
export interface FreshFeedForward {
  /** Their neurons. */
  readonly dFfn: number;
  /** Seed of their weights, which are those of a new run with it. */
  readonly seed: number;
}

/**
 * Looks into a folder of Hugging Face and checks that its model can be taken over: an Arcee model without biases, in
 * f32, bf16 or f16, in one file or in shards. Weights are read only when they are asked for, one at a time.
 *
 * @param folder The folder, as `from_pretrained` of `transformers` takes it
 * @param options Whether feed-forward networks are drawn anew
 * @returns Sizes, tokenizer, card and weights
 * @throws {HubError} If the model is gated, biased, quantized or otherwise of another kind, or a file is missing or
 * broken
 * @throws {TokenizerError} If its tokenizer is not one of bytes
 *
 * @example Refuse a folder without a model
 * ```ts
 * import { importHuggingFace } from "@beyond24/hub";
 * import { assertRejects } from "@std/assert";
 *
 * await assertRejects(() => importHuggingFace("no/such/folder"), Error, "config.json");
 * ```
 */
export async function importHuggingFace(
  folder: string,
  options: ImportHuggingFaceOptions = {},
): Promise<ImportedModel> {
  const described = decodeConfigFile(await readConfig(folder), join(folder, "config.json"), options);
  const sources = findSources(folder, described, await openWeights(folder), options);
  const tensors = (fresh?: FreshFeedForward) => sources.map((source) => pendingTensor(source, described.model, fresh));
  return {
    ...described,
    tokenizer: await readTokenizer(folder, described.model),
    card: await readTextFile(join(folder, "README.md")),
    weights: (fresh) => encodeTensors(tensors(fresh)),
  };
}

async function readConfig(folder: string): Promise<unknown> {
  const path = join(folder, "config.json");
  try {
    const text = await readTextFile(path);
    if (text !== undefined) return parseJson(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw new HubError(`Cannot import ${path} as ${error.message}`, { cause: error });
    throw error;
  }
  throw new HubError(`Cannot import ${folder} as it holds no model: ${path} does not exist`);
}

async function readTokenizer(folder: string, { vocabularySize }: ModelConfig): Promise<Tokenizer | undefined> {
  const isThere = await Deno.stat(join(folder, "tokenizer.json")).then(({ isFile }) => isFile, () => false);
  if (!isThere) return undefined;
  const tokenizer = await loadTokenizer(folder);
  if (tokenizer.vocabularySize <= vocabularySize) return tokenizer;
  throw new HubError(
    `Cannot import ${folder} as its tokenizer must have at most the model's ${vocabularySize} tokens: ` +
      `current value is ${tokenizer.vocabularySize}`,
  );
}

/** A weight and where it lies; without a place it is drawn. */
interface WeightSource {
  readonly weight: HubWeight;
  readonly name: string;
  readonly place: StoredWeight | undefined;
}

/** Where the weights of a model lie. All that is in the folder must be a weight of the model. */
function findSources(
  folder: string,
  { model, isTied }: DescribedModel,
  stored: ReadonlyMap<string, StoredWeight>,
  { freshFeedForward = false }: ImportHuggingFaceOptions,
): WeightSource[] {
  const weights = hubWeights(model);
  const names = new Set(weights.map(({ theirs }) => theirs));
  for (const name of stored.keys()) {
    const isSpare = freshFeedForward && name.includes(".mlp.") || name.endsWith(".rotary_emb.inv_freq");
    if (!names.has(name) && !isSpare) refuseStranger(folder, name);
  }
  return weights.map((weight) => {
    const name = isTied && weight.theirs === headName ? embeddingName : weight.theirs;
    if (freshFeedForward && weight.isFeedForward) return { weight, name, place: undefined };
    return { weight, name, place: checkPlace(folder, weight, name, stored.get(name)) };
  });
}

function refuseStranger(folder: string, name: string): never {
  const kinds: readonly (readonly [end: string, meaning: string])[] = [
    [".bias", "a model with biases cannot be taken over"],
    [".gate_proj.weight", "a gated network cannot be taken over; --fresh-ffn takes attention and embeddings"],
    ["", "it is no weight of an Arcee model"],
  ];
  const meaning = kinds.find(([end]) => name.endsWith(end))?.[1];
  throw new HubError(`Cannot import ${folder} as it holds ${shown(name)}: ${meaning}`);
}

function checkPlace(
  folder: string,
  { theirShape }: HubWeight,
  name: string,
  place: StoredWeight | undefined,
): StoredWeight {
  if (place === undefined) throw new HubError(`Cannot import ${folder} as its weight ${name} is missing`);
  const { dtype, shape } = place;
  if (isReadableType(dtype) && String(shape) === String(theirShape)) return place;
  throw new HubError(
    `Cannot import ${folder} as its weight ${name} must be ${readableTypes.join(", ")} [${theirShape}]: ` +
      `current value is ${shown(dtype)} [${shape}]`,
  );
}

function pendingTensor(source: WeightSource, model: ModelConfig, fresh: FreshFeedForward | undefined): PendingTensor {
  const { weight: { ours: name, ourShape }, place } = source;
  if (place !== undefined) {
    return { name, dtype: "F32", shape: ourShape, pieces: () => encodeValues(storedValues(source, place), "F32") };
  }
  const { dFfn = model.dFfn, seed = 1 } = fresh ?? {};
  const shape = [dFfn, model.dModel];
  const draw = () => encodeValues([initialValues(name, shape, { layers: model.layers, seed })], "F32");
  return { name, dtype: "F32", shape, pieces: draw };
}

/** The values of a weight as we have it. */
async function* storedValues({ weight, name }: WeightSource, { path }: StoredWeight): ValuePieces {
  using file = await TensorFile.open(path);
  const values = readValues(file, name);
  const [rows = 0, cols = 0] = weight.theirShape;
  yield* weight.isTransposed ? transposeValues(values, rows, cols) : values;
}
