/**
 * Writes models and what they compute here, for `compare.py` to hold against `transformers`: random and trained ones,
 * tied and untied, with 1, 2 and 4 heads for keys and values, of bytes and of a byte-pair encoding that does not fill
 * the vocabulary; each exported, with its scores of a batch and the tokens that it continues prompts with.
 *
 * Run: `deno run -A --no-lock bench/hub/write_models.ts OUT`
 *
 * @module
 */
import { saveCheckpoint, TensorFile } from "@beyond24/checkpoint";
import { createCpuDevice } from "@beyond24/cpu";
import { sampleTokens } from "@beyond24/generation";
import { exportHuggingFace, hubWeights } from "@beyond24/hub";
import { applyConfig, findCheckpoint, presetConfig, type RunConfig } from "@beyond24/run";
import { encodeSafetensorsParts, type SafetensorsTensors } from "@beyond24/safetensors";
import { ByteTokenizer, loadTokenizer, type Tokenizer, tokenizerFiles, trainTokenizer } from "@beyond24/tokenizer";
import { loadModel, trainRun } from "@beyond24/trainer";
import { initialValues, logits } from "@beyond24/transformer";

const [out = "hub"] = Deno.args;
const text = await Deno.readTextFile("docs/how-it-works.md");
const promptCount = 20;
const newTokens = 64;
const sequences = 4;

/** Small, and no two sizes of a layer are equal. */
function configOf(kvHeads: number, vocabularySize = 256): RunConfig {
  return applyConfig(presetConfig("tiny"), {
    "model.layers": 4,
    "model.dModel": 64,
    "model.dFfn": 256,
    "model.heads": 4,
    "model.kvHeads": kvHeads,
    "model.headDim": 24,
    "model.vocabularySize": vocabularySize,
    "recipe": [{ phase: "dense", steps: 60 }, { phase: "sparse", steps: 60 }, { phase: "dense", steps: 60 }],
  }, import.meta.url);
}

/** Four times the deviation of initial weights: scores are then of the size of a trained model's. */
function randomWeights({ model }: RunConfig): SafetensorsTensors {
  const draw = (name: string, shape: readonly number[]) =>
    initialValues(name, shape, { layers: 1, seed: 7 }).map((value) => shape.length === 1 ? 1 + 4 * value : 4 * value);
  return Object.fromEntries(
    hubWeights(model).map(({ ours, ourShape }) =>
      [ours, { dtype: "F32", shape: ourShape, data: draw(ours, ourShape) }] as const
    ),
  );
}

async function trainedWeights(config: RunConfig, folder: string): Promise<SafetensorsTensors> {
  const device = await createCpuDevice();
  await trainRun(config, { folder, device });
  device.dispose();
  using file = await TensorFile.open((await findCheckpoint(folder)).model);
  const tensors: Record<string, SafetensorsTensors[string]> = {};
  for (const { ours, ourShape } of hubWeights(config.model)) {
    tensors[ours] = { dtype: "F32", shape: ourShape, data: Float32Array.from(await file.read(ours, ourShape)) };
  }
  return tensors;
}

function tied({ "lm_head.weight": head, "model.embed_tokens.weight": embedding, ...rest }: SafetensorsTensors) {
  if (head === undefined || embedding === undefined) {
    throw new TypeError("Cannot tie a model without embedding or head");
  }
  return { ...rest, "lm_head.weight": embedding, "model.embed_tokens.weight": embedding };
}

async function write(
  folder: string,
  config: RunConfig,
  weights: SafetensorsTensors,
  tokenizer: Tokenizer = new ByteTokenizer(),
): Promise<void> {
  const { seed } = config.train;
  const checkpoint = await saveCheckpoint(`${folder}/checkpoints`, {
    step: 1,
    model: encodeSafetensorsParts(weights),
    optimizer: encodeSafetensorsParts({}),
    config: JSON.parse(JSON.stringify({ ...config, recipe: [{ phase: "dense", steps: config.train.steps }] })),
    state: {
      session: { loader: { seed, epoch: 0, position: 0 }, transformer: { clustered: false, scales: [] } },
      seconds: 0,
      corpus: "",
      device: "none",
    },
    tokenizer: tokenizerFiles(tokenizer),
  });
  await exportHuggingFace(checkpoint, `${folder}/hf`, { overwrite: true });
  const { model } = await loadModel(checkpoint, () => createCpuDevice());
  const { device } = model;
  const { sequenceLength } = config.model;
  const tokens = device.tensor([sequences, sequenceLength], "i32");
  const inputs = tokenizer.encode(text).slice(0, sequences * sequenceLength);
  device.write(tokens, inputs);
  const arena = device.arena();
  const scores = await device.read(logits(model, tokens, { arena, positions: "all" }));
  const continued = [];
  for (let prompt = 0; prompt < promptCount; prompt++) {
    const begin = tokenizer.encode(text.slice(prompt * 100, prompt * 100 + 5 + prompt));
    const { vocabularySize } = tokenizer;
    const options = { count: newTokens, temperature: 0, random: Math.random, mode: "dense", vocabularySize } as const;
    continued.push({ prompt: [...begin], tokens: await Array.fromAsync(sampleTokens(model, begin, options)) });
  }
  device.dispose();
  const texts = [text, "né Ā\0 \n\n  日本 😀Ġ<|end_of_text|>"].map((text) => ({
    text,
    tokens: [...tokenizer.encode(text)],
  }));
  await Deno.writeTextFile(`${folder}/ours.json`, JSON.stringify({ inputs: [...inputs], sequences, continued, texts }));
  await Deno.writeFile(`${folder}/logits.f32`, new Uint8Array(scores.buffer, scores.byteOffset, scores.byteLength));
}

for (const kvHeads of [1, 2, 4]) {
  const config = configOf(kvHeads);
  const models = {
    random: randomWeights(config),
    trained: await trainedWeights(config, `${out}/run-${kvHeads}`),
  };
  for (const [name, weights] of Object.entries(models)) {
    await write(`${out}/${name}-untied-${kvHeads}`, config, weights);
    await write(`${out}/${name}-tied-${kvHeads}`, config, tied(weights));
  }
}

const encoding = await loadTokenizer(await trainTokenizer([text], { vocabularySize: 600 }));
const padded = configOf(2, 640);
await write(`${out}/random-untied-bpe`, padded, randomWeights(padded), encoding);
