import { prepareTokens } from "@beyond24/data/prepare";
import { DataError } from "@beyond24/data";
import { CheckpointError, loadCheckpoint } from "@beyond24/checkpoint";
import { readMetrics, runFolder, UsageError } from "@beyond24/run";
import { ByteTokenizer, loadTokenizer, type Tokenizer, trainTokenizer } from "@beyond24/tokenizer";
import { assert, assertAlmostEquals, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { CaptureTerminal, checkpointDigest, microConfig, microRun, withFolder } from "../_testing.ts";
import { runCommandLine } from "../cli/command_line.ts";
import { resolveConfig } from "../config/resolve_config.ts";
import type { RunHeader } from "./run_observer.ts";

const animals = ["whale", "ship", "captain"].map((word) =>
  Array.from({ length: 300 }, (_, index) => `The ${word} ${index * index} went on.`)
);
const tokenizer = await loadTokenizer(await trainTokenizer(animals.flat(), { vocabularySize: 270 }));

/** Prepares documents into `folder/name`. */
async function prepare(
  folder: string,
  name: string,
  documents: readonly string[],
  made: Tokenizer = tokenizer,
  validation = 0.2,
) {
  const source = join(folder, `${name}.jsonl`);
  await Deno.writeTextFile(source, documents.map((text) => JSON.stringify({ text })).join("\n"));
  const out = join(folder, name);
  await prepareTokens({ paths: [source], out, tokenizer: made, validation, workers: 1 });
  return out;
}

/** The configuration of a micro run on some data, with the vocabulary that they have. */
async function configOf(folder: string, paths: readonly string[], assignments: readonly string[] = []) {
  const { model: { vocabularySize } } = await resolveConfig({
    flags: { "data.paths": paths },
    assignments,
    vocabulary: "data",
  });
  return microConfig(folder, { "data.paths": paths, "model.vocabularySize": vocabularySize });
}

Deno.test("weights of another tokenizer are refused with the one to prepare the data with, of equal size too", () =>
  withFolder(async (folder) => {
    const text = animals.flat().map((line) => line.toUpperCase());
    const made = await loadTokenizer(await trainTokenizer(text, { vocabularySize: 270 }));
    const [own, other] = [
      await prepare(folder, "own", animals.flat()),
      await prepare(folder, "other", text, made),
    ];
    const source = join(folder, "source");
    await microRun(await configOf(folder, [own]), { folder: source });
    const branch = async (paths: readonly string[]) => {
      const { model, ...config } = await configOf(folder, paths);
      await microRun({ ...config, model, train: { ...config.train, initFrom: source } }, { folder: join(folder, "b") });
    };
    const file = join(source, "checkpoints/step-00000012/tokenizer.json");
    for (const [paths, tokens] of [[[other], 270], [[], 256]] as const) {
      await assertRejects(
        () => branch(paths),
        UsageError,
        `must be theirs, of 270 tokens: current value is another of ${tokens}; prepare the texts with ${file}`,
      );
    }
    await branch([own]);
  }));

Deno.test("the vocabulary comes from the data, filled up to a multiple of 64; another one is refused, with both", () =>
  withFolder(async (folder) => {
    const out = await prepare(folder, "tokens", animals.flat());
    const sizeOf = async (paths: string[], ...assignments: string[]) =>
      (await resolveConfig({ preset: "llama-1b", flags: { "data.paths": paths }, assignments, vocabulary: "data" }))
        .model
        .vocabularySize;
    assertEquals(await sizeOf([out]), 320);
    assertEquals(await sizeOf([join(folder, "text.txt")]), 256);
    assertEquals(await sizeOf([]), 256);
    assertEquals(await sizeOf([`${out}=0.5`, `${out}=1`]), 320);
    assertEquals(await sizeOf([out], "model.vocabularySize=512"), 512);
    assertEquals((await resolveConfig({ preset: "llama-1b" })).model.vocabularySize, 128_256);
    const config = await configOf(folder, [out]);
    for (const size of [256, 512]) {
      const other = { ...config, model: { ...config.model, vocabularySize: size } };
      await assertRejects(
        () => microRun(other, { folder: join(folder, "run") }),
        UsageError,
        `of a vocabulary of 270 tokens: current value of model.vocabularySize is ${size}. Leave it out, or choose 320`,
      );
    }
    for (const size of [270, 320]) {
      const fitting = { ...config, model: { ...config.model, vocabularySize: size } };
      await microRun(fitting, { folder: join(folder, `run-${size}`) });
    }
    // What fills the vocabulary up is never predicted, so it does not show in a loss.
    const [exact, filled] = await Promise.all(
      [270, 320].map((size) => readMetrics(runFolder(join(folder, `run-${size}`)).metrics)),
    );
    assert(Math.abs((filled?.[0]?.loss ?? 0) - Math.log(270)) < Math.abs((filled?.[0]?.loss ?? 0) - Math.log(320)));
    assertAlmostEquals(exact?.[0]?.loss ?? 0, filled?.[0]?.loss ?? 1, 0.02);
  }));

Deno.test("a run and each of its checkpoints have the tokenizer, and sample reads it from there", () =>
  withFolder(async (folder) => {
    const run = join(folder, "run");
    await microRun(await configOf(folder, [await prepare(folder, "tokens", animals.flat())]), { folder: run });
    const kept = join(run, "checkpoints", "step-00000012");
    for (const place of [run, join(run, "checkpoints", "step-00000008"), kept]) {
      const copy = await loadTokenizer(join(place, "tokenizer.json"));
      assertEquals([copy.encode("The whale"), copy.eos], [tokenizer.encode("The whale"), tokenizer.eos]);
    }
    // The checkpoint alone is enough.
    await Deno.remove(join(run, "tokenizer.json"));
    await Deno.remove(join(run, "tokenizer_config.json"));
    const terminal = new CaptureTerminal();
    const words = ["sample", kept, "--prompt", "The whale", "--tokens", "20", "--device", "reference"];
    assertEquals(await runCommandLine(words, terminal), 0, terminal.errors);
    assert(terminal.written.startsWith("The whale"), terminal.written);
    await Deno.writeTextFile(join(kept, "tokenizer.json"), "{}");
    await assertRejects(() => loadCheckpoint(kept), CheckpointError, "tokenizer.json must hold");
  }));

Deno.test("a validation is over fixed batches of at least so many tokens, in nats per token and bits per byte", () =>
  withFolder(async (folder) => {
    const run = join(folder, "run");
    const config = await configOf(folder, [await prepare(folder, "tokens", animals.flat())]);
    const summary = await microRun(config, { folder: run });
    const rows = await readMetrics(runFolder(run).metrics);
    const measured = rows.filter(({ val_loss }) => val_loss !== null);
    assertEquals(measured.map(({ step }) => step), [4, 8, 12]);
    const ratios = measured.map(({ val_loss, val_bits_per_byte }) => (val_bits_per_byte ?? 0) / (val_loss ?? 1));
    for (const ratio of ratios) assertAlmostEquals(ratio, ratios[0] ?? 0, 1e-12);
    assert((ratios[0] ?? 2) < 1 / Math.LN2, "a token is more than a byte");
    const last = measured.at(-1);
    assertEquals([summary.val_loss, summary.val_bits_per_byte], [last?.val_loss ?? 0, last?.val_bits_per_byte ?? 0]);
    assertAlmostEquals(summary.val_perplexity ?? 0, Math.exp(last?.val_loss ?? 0), 1e-9);
    const bytes = await microRun(microConfig(folder), { folder: join(folder, "bytes") });
    assertAlmostEquals(bytes.val_bits_per_byte ?? 0, (bytes.val_loss ?? 0) / Math.LN2, 1e-12);
  }));

Deno.test("a run on a mixture says its sources and resumes to the same bytes, with these weights only", () =>
  withFolder(async (folder) => {
    const [a, b] = [await prepare(folder, "a", animals[0] ?? []), await prepare(folder, "b", animals[1] ?? [])];
    const config = await configOf(folder, [`${a}=3`, `${b}=1`]);
    const headers: RunHeader[] = [];
    const whole = join(folder, "whole");
    await microRun(config, { folder: whole, observer: { onHeader: (header) => headers.push(header) } });
    assertEquals(headers[0]?.sources.map(({ name, weight }) => [name, weight]), [[a, 0.75], [b, 0.25]]);
    const parts = join(folder, "parts");
    for (const stop of [3, 7, undefined]) {
      const controller = new AbortController();
      const observer = {
        onSteps: (rows: readonly { readonly step: number }[]) => {
          if (stop !== undefined && (rows.at(-1)?.step ?? 0) >= stop) controller.abort();
        },
      };
      const { signal } = controller;
      await microRun(config, { folder: parts, resume: stop !== 3, observer, signal });
    }
    for (const file of ["model.safetensors", "optimizer.safetensors"]) {
      assertEquals(checkpointDigest(parts, 12, file), checkpointDigest(whole, 12, file));
    }
    const same = { ...config, data: { ...config.data, paths: [`${a}=0.75`, `${b}=0.25`] } };
    await microRun(same, { folder: whole, resume: true });
    for (const paths of [[`${a}=1`, `${b}=1`], [`${b}=1`, `${a}=3`], [a]]) {
      const other = { ...config, data: { ...config.data, paths } };
      await assertRejects(
        () => microRun(other, { folder: whole, resume: true }),
        CheckpointError,
        "the data is not what the run began with",
      );
    }
  }));

Deno.test("a mixture of text and tokens of bytes; other mixtures are refused in a line", () =>
  withFolder(async (folder) => {
    const text = join(folder, "text.txt");
    const bytes = await prepare(folder, "bytes", animals[0] ?? [], new ByteTokenizer());
    await microRun(await configOf(folder, [`${text}=0.5`, `${bytes}=0.5`]), { folder: join(folder, "run") });
    const pairs = await prepare(folder, "pairs", animals[0] ?? []);
    const short = await prepare(folder, "short", ["one", ...(animals[0] ?? []).slice(0, 40)]);
    const refused: [string[], new (message: string) => Error, string][] = [
      [[`${text}=0.5`, pairs], UsageError, `each of several sources must have its part: current value is ${pairs}`],
      [[text, pairs], UsageError, "each of several sources must have its part"],
      [[`${text}=0`], UsageError, "its part must be a number above 0: current value is 0"],
      [[`${text}=half`], UsageError, "its part must be a number above 0: current value is half"],
      [
        [`${text}=1`, `${pairs}=1`],
        DataError,
        "must be of one tokenizer: current value is one of 256 tokens and another",
      ],
      [[`${pairs}=1`, join(folder, "nothing=1")], DataError, "nothing as it does not exist"],
    ];
    for (const [paths, kind, message] of refused) {
      const run = async () => await microRun(await configOf(folder, paths), { folder: join(folder, "refused") });
      const error = await assertRejects(run, kind);
      assertStringIncludes(error.message, message);
      assert(!error.message.includes("\n"));
    }
    const long = await configOf(folder, [short]);
    const longer = { ...long, model: { ...long.model, sequenceLength: 4096 } };
    await assertRejects(
      () => microRun(longer, { folder: join(folder, "long") }),
      DataError,
      "train part must hold 4097 tokens",
    );
    const none = await prepare(folder, "none", animals[0] ?? [], new ByteTokenizer(), 0);
    const withoutHeld = await configOf(folder, [none]);
    await assertRejects(
      () => microRun(withoutHeld, { folder: join(folder, "withoutHeld") }),
      DataError,
      "tokens: current value is 0. Hold more out with prepare --validation, or take shorter sequences",
    );
    // A preparation that has not ended is no text, though its folder has files of JSON.
    await Deno.remove(join(short, "index.json"));
    await assertRejects(
      () => configOf(folder, [short]),
      DataError,
      "index.json is missing: run the same prepare again",
    );
    // A name may have the form of a weight.
    const odd = join(folder, "a=0.5");
    await Deno.copyFile(text, odd);
    assertEquals((await microRun(await configOf(folder, [odd]), { folder: join(folder, "odd") })).status, "finished");
  }));
