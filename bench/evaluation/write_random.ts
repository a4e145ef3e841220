/**
 * Writes what the time of an evaluation is measured with where nothing can be downloaded: a run with random weights and
 * a tokenizer of 32,000 tokens, its export, and data of the six tasks with as many rows, choices and words as the
 * public sets have.
 *
 * Run: `deno run -A --no-lock bench/evaluation/write_random.ts OUT [PRESET]`
 *
 * @module
 */
import { saveCheckpoint } from "@beyond24/checkpoint";
import { exportHuggingFace, hubWeights } from "@beyond24/hub";
import { seededRandom } from "@beyond24/routing";
import { presetConfig } from "@beyond24/run";
import { encodeSafetensorsParts, type SafetensorsTensors } from "@beyond24/safetensors";
import { loadTokenizer, tokenizerFiles, trainTokenizer } from "@beyond24/tokenizer";
import { initialValues } from "@beyond24/transformer";

const [out = "random", preset = "llama-125m"] = Deno.args;
const random = seededRandom(7);
const whole = (limit: number) => Math.floor(random() * limit);
const letters = "etaoinshrdlucmfwypvbgk";
const words = Array.from(
  { length: 60_000 },
  () => Array.from({ length: 2 + whole(8) }, () => letters[Math.min(whole(22), whole(22))]).join(""),
);

/** Words, the first ones of the list more often. */
const text = (count: number) =>
  Array.from({ length: count }, () => words[Math.floor(60_000 * random() ** 3)]).join(" ");

/** About so many words, with this deviation. */
function about(mean: number, deviation: number): string {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return text(Math.max(1, Math.round(mean + deviation * normal)));
}

const choices = (count: number, mean: number, deviation: number) => ({
  text: Array.from({ length: count }, () => about(mean, deviation)),
  label: [..."ABCDE"].slice(0, count),
});

/** Rows of the public sets, and the words of their questions and choices: means and deviations as counted in them. */
const tasks: Readonly<Record<string, readonly [rows: number, row: () => object]>> = {
  arc_easy: [2376, () => ({ question: about(20, 12), choices: choices(4, 4, 3), answerKey: "A" })],
  arc_challenge: [1172, () => ({ question: about(23, 14), choices: choices(4, 5, 3), answerKey: "B" })],
  openbookqa: [500, () => ({ question_stem: about(10, 7.5), choices: choices(4, 3, 2), answerKey: "C" })],
  piqa: [1838, () => ({ goal: about(7, 3.6), sol1: about(19, 17), sol2: about(19, 17), label: whole(2) })],
  winogrande: [
    1267,
    () => ({ sentence: `${about(11, 3)} _ ${about(8, 3)}`, option1: "one", option2: "two", answer: "1" }),
  ],
  hellaswag: [10_042, () => ({
    activity_label: text(2),
    ctx_a: about(30, 11),
    ctx_b: about(8, 4),
    endings: [0, 1, 2, 3].map(() => about(25, 12)),
    label: `${whole(4)}`,
  })],
};

await Deno.mkdir(`${out}/tasks`, { recursive: true });
for (const [name, [rows, row]] of Object.entries(tasks)) {
  const lines = Array.from({ length: rows }, () => `${JSON.stringify(row())}\n`);
  await Deno.writeTextFile(`${out}/tasks/${name}.jsonl`, lines.join(""));
}

const config = presetConfig(preset);
const json = await trainTokenizer([words.join(" "), text(1_000_000)], { vocabularySize: config.model.vocabularySize });
const tokenizer = await loadTokenizer(json);
/** Four times the deviation of initial weights: scores are then of the size of a trained model's. */
const draw = (name: string, shape: readonly number[]) =>
  initialValues(name, shape, { layers: 1, seed: 7 }).map((value) => shape.length === 1 ? 1 + 4 * value : 4 * value);
const weights: SafetensorsTensors = Object.fromEntries(
  hubWeights(config.model).map(({ ours, ourShape }) =>
    [ours, { dtype: "F32", shape: ourShape, data: draw(ours, ourShape) }] as const
  ),
);
await saveCheckpoint(`${out}/run/checkpoints`, {
  step: 0,
  model: encodeSafetensorsParts(weights),
  optimizer: encodeSafetensorsParts({}),
  config: JSON.parse(JSON.stringify({ ...config, recipe: [{ phase: "dense", steps: config.train.steps }] })),
  state: {
    session: { loader: { seed: 1, epoch: 0, position: 0 }, transformer: { clustered: false, scales: [] } },
    seconds: 0,
    corpus: "",
    device: "none",
  },
  tokenizer: tokenizerFiles(tokenizer),
});
await exportHuggingFace(`${out}/run`, `${out}/hf`);
