import { type ImportedModel, importHuggingFace } from "@beyond24/hub";
import { parameterCounts } from "@beyond24/recipe";
import { type ConfigValues, formatCount, type RunConfig, UsageError } from "@beyond24/run";
import { loadTokenizer } from "@beyond24/tokenizer";
import { resolveConfig } from "../config/resolve_config.ts";
import { importRun } from "../run/import_run.ts";
import { type Call, type Command, defineCommand } from "./command.ts";
import { commandText } from "./command_text.ts";
import { configFlags, configSources } from "./config_flags.ts";
import { exitCodes } from "./exit_codes.ts";
import type { FlagTable } from "./flag.ts";
import { reading } from "./permissions.ts";

const flags = {
  ...configFlags,
  out: { kind: "text", form: "a folder", placeholder: "dir", sentence: "Folder of the run" },
  data: { key: "data.paths", placeholder: "path..." },
  seed: { key: "train.seed", placeholder: "number" },
  tokenizer: {
    kind: "text",
    form: "a tokenizer.json, a tiktoken file, or bytes",
    placeholder: "file",
    sentence: "The tokenizer, where the folder has no tokenizer.json",
  },
  freshFfn: {
    kind: "switch",
    sentence: "Draw new feed-forward networks, so that a Llama model will do: its attention and embeddings are taken",
  },
  overwrite: { kind: "switch", sentence: "Remove a run that lies in the folder" },
} as const satisfies FlagTable;

/** `import`: a model of Hugging Face as a run. */
export const importCommand: Command = defineCommand({
  name: "import",
  sentence: "Makes a run of an Arcee model in Hugging Face's form, to go on with or to evaluate",
  operand: {
    name: "dir",
    sentence: "the folder of the model: config.json, safetensors, tokenizer.json",
    least: 1,
    most: 1,
  },
  flags,
  tasks: [{ name: "import", permissions: { ...reading, write: true } }],
  examples: [
    ["import hf/a --out runs/b", "then sample runs/b, or train --resume runs/b --data tokens/"],
    ["import hf/llama --out runs/b --fresh-ffn --set model.dFfn=8192", "attention and embeddings of a Llama model"],
  ],
  run: async (call) => {
    await importModel(call);
    return exitCodes.done;
  },
});

async function importModel(
  { flags: given, operands: [source = ""], words, terminal }: Call<typeof flags>,
): Promise<void> {
  const { out: folder, freshFfn: freshFeedForward, overwrite } = given;
  if (folder === undefined) throw new UsageError("Cannot import as --out is missing: name the folder of the run");
  const found = await withTokenizer(await importHuggingFace(source, { freshFeedForward }), source, given.tokenizer);
  const sources = configSources(flags, given);
  const isChosen = sources.preset !== undefined || sources.file !== undefined;
  const config = await resolveConfig({ ...sources, base: baseOf(found, isChosen) });
  checkSizes(found, config, freshFeedForward);
  await importRun(found, config, { folder, overwrite, command: commandText(["import", ...words]) });
  const { total } = parameterCounts(config.model);
  const advice = "the optimizer begins afresh";
  terminal.out(`${folder}: ${formatCount(total)} weights at step 0; ${advice} with train --resume ${folder}\n`);
  if (found.isTied) terminal.out("The output head was the embedding; from here on it is trained apart\n");
}

/** A model without a tokenizer can do nothing with a text. */
async function withTokenizer(model: ImportedModel, source: string, named: string | undefined): Promise<ImportedModel> {
  if (named !== undefined) return { ...model, tokenizer: await loadTokenizer(named) };
  if (model.tokenizer !== undefined) return model;
  throw new UsageError(
    `Cannot import ${source} as it has no tokenizer.json: name one with --tokenizer, which may be a tiktoken file or ` +
      "bytes",
  );
}

/**
 * What the model says, under what the user says. Unless a preset or a file is chosen, all steps to come are dense, as
 * the model is.
 */
function baseOf({ model }: ImportedModel, isChosen: boolean): ConfigValues {
  const sizes = Object.entries(model).map(([key, value]) => [`model.${key}`, value]);
  return { ...Object.fromEntries(sizes), ...(isChosen ? {} : { recipe: denseRecipe }) };
}

const denseRecipe: RunConfig["recipe"] = [{ phase: "dense", steps: 1000 }];

/**
 * The sizes are the model's; only how long its sequences are is free, and its feed-forward networks where they are
 * drawn.
 */
function checkSizes({ model: found }: ImportedModel, { model }: RunConfig, freshFeedForward: boolean): void {
  for (const [key, value] of Object.entries(found)) {
    if (key === "sequenceLength" || key === "dFfn" && freshFeedForward) continue;
    const set: unknown = Reflect.get(model, key);
    if (set === value) continue;
    throw new UsageError(`Cannot import with model.${key}=${set} as the model has ${value}: leave it out`);
  }
}
