import { shown } from "@beyond24/disk/json";
import { checkModelShape } from "@beyond24/recipe";
import { acceptsValue, configField, describeValues, type RunConfig } from "@beyond24/run";
import type { Tokenizer } from "@beyond24/tokenizer";
import { HubError } from "./hub_error.ts";

/** Sizes and constants of a model: a section of a run's configuration. */
export type ModelConfig = RunConfig["model"];

/** The key of `config.json` for each key of ours; one table, read both ways. */
const configKeys = {
  vocabularySize: "vocab_size",
  dModel: "hidden_size",
  dFfn: "intermediate_size",
  layers: "num_hidden_layers",
  heads: "num_attention_heads",
  kvHeads: "num_key_value_heads",
  headDim: "head_dim",
  sequenceLength: "max_position_embeddings",
  normEpsilon: "rms_norm_eps",
} as const satisfies Partial<Record<keyof ModelConfig, string>>;

/** The rotary base of models that do not name theirs. */
const formerRopeTheta = 10_000;

/** What `config.json` says besides sizes and constants. */
export interface ConfigFileFacts {
  /** Whether the output head is the embedding. */
  readonly isTied: boolean;
  /** Token that begins a text. */
  readonly bos: number | undefined;
  /** Token that ends a text. */
  readonly eos: number | undefined;
  /** Element type of the weights, as PyTorch calls it. */
  readonly dtype: "float32" | "bfloat16";
}

/** What `config.json` holds. */
export type ConfigFile = Readonly<Record<string, unknown>>;

/**
 * The `config.json` of a model as `ArceeForCausalLM`, which `transformers` 4.53 and later, vLLM, SGLang and llama.cpp
 * read.
 *
 * @param model Sizes and constants
 * @param facts The rest
 * @returns What to write
 *
 * @example Encode and decode
 * ```ts
 * import { decodeConfigFile, encodeConfigFile } from "@beyond24/hub";
 * import { presetConfig } from "@beyond24/run";
 * import { assertEquals } from "@std/assert";
 *
 * const { model } = presetConfig("tiny");
 * const file = encodeConfigFile(model, { isTied: false, bos: undefined, eos: 0, dtype: "float32" });
 * assertEquals(decodeConfigFile(file, "config.json"), { model, isTied: false, isGated: false });
 * ```
 */
export function encodeConfigFile(model: ModelConfig, { isTied, bos, eos, dtype }: ConfigFileFacts): ConfigFile {
  const sizes = Object.entries(configKeys).map(([ours, theirs]) => [theirs, Reflect.get(model, ours)]);
  return {
    architectures: ["ArceeForCausalLM"],
    model_type: "arcee",
    ...Object.fromEntries(sizes),
    hidden_act: "relu2",
    attention_bias: false,
    mlp_bias: false,
    attention_dropout: 0,
    // Versions 4 and 5 of transformers have the rotary base in different places.
    rope_theta: model.ropeTheta,
    rope_scaling: null,
    rope_parameters: { rope_type: "default", rope_theta: model.ropeTheta },
    tie_word_embeddings: isTied,
    bos_token_id: bos ?? null,
    eos_token_id: eos ?? null,
    initializer_range: 0.02,
    use_cache: true,
    torch_dtype: dtype,
    dtype,
  };
}

/**
 * The `generation_config.json` of a model: what ends a text, and tokens that the model has and the tokenizer has not,
 * which are not to be drawn (a vocabulary is commonly padded to a multiple of 64).
 *
 * @param model Sizes
 * @param tokenizer The tokenizer
 * @returns What to write
 *
 * @example Suppress what stands for no text
 * ```ts
 * import { encodeGenerationConfig } from "@beyond24/hub";
 * import { assertEquals } from "@std/assert";
 *
 * const file = encodeGenerationConfig({ vocabularySize: 4 }, { vocabularySize: 3, bos: undefined, eos: 0 });
 * assertEquals(file, { bos_token_id: null, eos_token_id: 0, suppress_tokens: [3] });
 * ```
 */
export function encodeGenerationConfig(
  model: Pick<ModelConfig, "vocabularySize">,
  { vocabularySize, bos, eos }: Pick<Tokenizer, "vocabularySize" | "bos" | "eos">,
): ConfigFile {
  const count = Math.max(0, model.vocabularySize - vocabularySize);
  const padding = Array.from({ length: count }, (_, index) => vocabularySize + index);
  return {
    bos_token_id: bos ?? null,
    eos_token_id: eos ?? null,
    ...(count === 0 ? {} : { suppress_tokens: padding }),
  };
}

/** A model that `config.json` describes. */
export interface DescribedModel {
  /** Sizes and constants. */
  readonly model: ModelConfig;
  /** Whether the output head is the embedding. */
  readonly isTied: boolean;
  /** Whether its feed-forward networks are gated, as those of Llama are, so that they cannot be taken over. */
  readonly isGated: boolean;
}

/** Options of {@linkcode decodeConfigFile}. */
export interface DecodeConfigFileOptions {
  /** Takes Llama models too, whose feed-forward networks are gated. Default false. */
  readonly freshFeedForward?: boolean;
}

/**
 * Reads the `config.json` of an Arcee model, or of a Llama model whose feed-forward networks are not wanted.
 *
 * @param value Any value of JSON
 * @param path Where it was read, for messages
 * @param options Whether a Llama model will do
 * @returns The model
 * @throws {HubError} If it is of another kind: gated, biased, quantized, with another activation or other rotary angles
 *
 * @example Refuse an activation
 * ```ts
 * import { decodeConfigFile } from "@beyond24/hub";
 * import { assertThrows } from "@std/assert";
 *
 * const file = { model_type: "arcee", hidden_act: "silu" };
 * assertThrows(() => decodeConfigFile(file, "config.json"), Error, "hidden_act must be relu2: current value is \"silu\"");
 * ```
 */
export function decodeConfigFile(value: unknown, path: string, options: DecodeConfigFileOptions = {}): DescribedModel {
  const { freshFeedForward = false } = options;
  const file = new ConfigReader(value, path);
  const isGated = freshFeedForward && file.read("model_type") === "llama";
  if (!isGated) checkFeedForward(file);
  file.expect("attention_bias", false, false);
  file.expect("quantization_config", null, null);
  const isTied = file.readBoolean("tie_word_embeddings", false);
  return { model: decodeModel(file), isTied, isGated };
}

function checkFeedForward(file: ConfigReader): void {
  if (file.read("model_type") === "llama") {
    const advice = "Its feed-forward networks are gated; --fresh-ffn takes attention and embeddings and draws new ones";
    file.refuse("model_type", "arcee", advice);
  }
  file.expect("model_type", "arcee", undefined);
  file.expect("hidden_act", "relu2", "relu2");
  file.expect("mlp_bias", false, false);
}

function decodeModel(file: ConfigReader): ModelConfig {
  const heads = file.size("heads", undefined);
  const dModel = file.size("dModel", undefined);
  const model = {
    layers: file.size("layers", undefined),
    dModel,
    dFfn: file.size("dFfn", undefined),
    heads,
    kvHeads: file.size("kvHeads", heads),
    headDim: file.size("headDim", Math.floor(dModel / heads)),
    vocabularySize: file.size("vocabularySize", undefined),
    sequenceLength: file.size("sequenceLength", undefined),
    ropeTheta: decodeRope(file),
    normEpsilon: file.size("normEpsilon", undefined),
  };
  file.check(() => checkModelShape(model));
  return model;
}

/** The rotary base: version 5 of `transformers` has it among the parameters, version 4 beside the scaling. */
function decodeRope(file: ConfigReader): number {
  const scaling = file.section("rope_scaling");
  const parameters = file.section("rope_parameters");
  for (const section of [scaling, parameters]) {
    if (section === undefined) continue;
    const kind = section.has("rope_type") ? "rope_type" : "type";
    section.expect(kind, "default", "default");
    section.expect("partial_rotary_factor", 1, 1);
  }
  file.expect("partial_rotary_factor", 1, 1);
  const section = [parameters, scaling].find((section) => section?.has("rope_theta")) ?? file;
  return section.number("rope_theta", "ropeTheta", formerRopeTheta);
}

/** Reads the keys of a `config.json` and refuses those that are wrong. */
class ConfigReader {
  readonly #values: ReadonlyMap<string, unknown>;
  readonly #path: string;
  readonly #prefix: string;

  constructor(value: unknown, path: string, prefix = "") {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw new HubError(`Cannot import ${path} as it must be an object: current value is ${json(value)}`);
    }
    this.#values = new Map(Object.entries(value));
    this.#path = path;
    this.#prefix = prefix;
  }

  /** The value of a key; null counts as none. */
  read(key: string): unknown {
    return this.#values.get(key) ?? undefined;
  }

  has(key: string): boolean {
    return this.read(key) !== undefined;
  }

  /** Refuses every value but one. */
  expect(key: string, wanted: unknown, otherwise: unknown): void {
    const value = this.read(key) ?? otherwise;
    if (value !== wanted) this.refuse(key, wanted === null ? "absent" : String(wanted));
  }

  readBoolean(key: string, otherwise: boolean): boolean {
    const value = this.read(key) ?? otherwise;
    return typeof value === "boolean" ? value : this.refuse(key, "true or false");
  }

  size(ours: keyof typeof configKeys, otherwise: number | undefined): number {
    return this.number(configKeys[ours], ours, otherwise);
  }

  /** A number that a key of our configuration takes. */
  number(key: string, ours: keyof ModelConfig, otherwise: number | undefined): number {
    const field = configField(`model.${ours}`);
    const value = this.read(key) ?? otherwise;
    if (typeof value === "number" && acceptsValue(field, value)) return value;
    return this.refuse(key, describeValues(field));
  }

  section(key: string): ConfigReader | undefined {
    const value = this.read(key);
    return value === undefined ? undefined : new ConfigReader(value, this.#path, `${this.#prefix}${key}.`);
  }

  /** Refuses what breaks a rule between sizes. */
  check(rule: () => void): void {
    try {
      rule();
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new HubError(`Cannot import ${this.#path}: ${error.message}`, { cause: error });
    }
  }

  refuse(key: string, rule: string, advice?: string): never {
    const value = this.#values.has(key) ? json(this.#values.get(key)) : "missing";
    const end = advice === undefined ? "" : `. ${advice}`;
    throw new HubError(
      `Cannot import ${this.#path} as its ${this.#prefix}${key} must be ${rule}: current value is ${value}${end}`,
    );
  }
}

function json(value: unknown): string {
  return shown(JSON.stringify(value) ?? String(value));
}
