import { exportHuggingFace } from "@beyond24/hub";
import { formatAmount, formatCount, UsageError } from "@beyond24/run";
import { type Command, defineCommand } from "./command.ts";
import { exitCodes } from "./exit_codes.ts";
import type { FlagTable } from "./flag.ts";
import { reading } from "./permissions.ts";

const flags = {
  out: { kind: "text", form: "a folder", placeholder: "dir", sentence: "Folder of the export; missing or empty" },
  dtype: {
    kind: "choice",
    choices: ["f32", "bf16"],
    placeholder: "type",
    default: "f32",
    sentence: "Type of the weights: as they were trained, or half as long",
  },
  shardBytes: {
    kind: "integer",
    minimum: 1,
    maximum: 1e15,
    placeholder: "bytes",
    default: 5e9,
    sentence: "Most bytes of weights in one file",
  },
  sparse24: {
    kind: "switch",
    sentence:
      "Also write the model with its 2:4 weights packed, as compressed-tensors' sparse-24-bitmask, into sparse24/",
  },
  overwrite: { kind: "switch", sentence: "Replace an export that lies in the folder" },
} as const satisfies FlagTable;

/** `export`: a model for `transformers` and others. */
export const exportCommand: Command = defineCommand({
  name: "export",
  sentence: "Writes the model of a run as a folder that transformers, vLLM and llama.cpp read as it is",
  operand: {
    name: "dir",
    sentence: "the folder of a run, of a checkpoint or of the dense twin in it",
    least: 1,
    most: 1,
  },
  flags,
  tasks: [{ name: "export", permissions: { ...reading, write: true } }],
  examples: [
    ["export runs/a --out hf/a", "the newest checkpoint, in f32"],
    ["export runs/a/checkpoints/step-00000200 --out hf/a --dtype bf16", "another one, half as long"],
  ],
  run: async ({ flags: { out, ...options }, operands: [folder = ""], terminal }) => {
    if (out === undefined) throw new UsageError("Cannot export as --out is missing: name the folder of the export");
    const onWarning = (message: string) => terminal.error(`warning: ${message}\n`);
    const { step, parameters, files } = await exportHuggingFace(folder, out, { ...options, onWarning });
    terminal.out(
      `${out}: ${formatCount(parameters)} weights of step ${formatCount(step)} in ${
        formatAmount(files.length, "file")
      }\n`,
    );
    return exitCodes.done;
  },
});
