import type { FlagTable } from "../../packages/trainer/cli/flag.ts";
import { qualityTables } from "./experiments.ts";
import { qualitySizes } from "./sizes.ts";

/** The flags of `reproduce`. */
export const reproduceFlags = {
  size: {
    kind: "text",
    form: "names of sizes",
    placeholder: "name,...",
    default: "tiny",
    sentence: `Sizes, of ${Object.keys(qualitySizes).join(", ")}`,
  },
  only: {
    kind: "text",
    form: "tables and rows such as table2,table3/w1",
    placeholder: "table,...",
    sentence: `Tables or their rows, such as table3/w1; tables: ${Object.keys(qualityTables).join(", ")}`,
  },
  seeds: {
    kind: "text",
    form: "whole numbers such as 1,2",
    placeholder: "number,...",
    default: "1",
    sentence: "Seeds; with the same one all runs of a size have the same initial weights and batches",
  },
  steps: {
    kind: "integer",
    minimum: 10,
    maximum: 10_000_000,
    placeholder: "number",
    sentence: "Steps in place of those of the size; rows and tables say that these are shorter runs",
  },
  data: {
    kind: "list",
    form: "files, folders, or a folder of prepared tokens",
    placeholder: "path...",
    sentence: "Texts or prepared tokens; none for the sources of this repository",
  },
  device: {
    kind: "choice",
    choices: ["auto", "reference", "cpu", "webgpu", "cuda"],
    placeholder: "name",
    default: "auto",
    sentence: "Kind of device",
  },
  jobs: {
    kind: "integer",
    minimum: 1,
    maximum: 64,
    placeholder: "number",
    default: 1,
    sentence: "Runs at once on the device; of more than one each plan is timed before, alone",
  },
  gpus: {
    kind: "text",
    form: "numbers of GPUs such as 0,1",
    placeholder: "number,...",
    sentence: "NVIDIA GPUs by number, each with runs of its own at the same time; else the first one",
  },
  tasks: {
    kind: "text",
    form: "the path of a folder",
    placeholder: "dir",
    sentence: "Folder with the data sets of the six tasks (docs/evaluation.md): runs are scored on them",
  },
  minutes: {
    kind: "number",
    minimum: 0.01,
    maximum: 100_000,
    placeholder: "number",
    sentence: "Stop after so many minutes, with checkpoints; the same command goes on from there",
  },
  out: {
    kind: "text",
    form: "the path of a folder",
    placeholder: "dir",
    sentence: "Folder of the rows; what has a row there is not run again. Else bench/quality/results",
  },
  runs: {
    kind: "text",
    form: "the path of a folder",
    placeholder: "dir",
    sentence: "Folder of runs and their checkpoints, to go on from. Else runs/quality",
  },
  revision: {
    kind: "text",
    form: "a commit",
    placeholder: "commit",
    sentence: "Commit of the program, for rows; else that of the checkout in which it lies",
  },
  keep: { kind: "switch", sentence: "Keep the last checkpoint of each run" },
  time: { kind: "switch", sentence: "Say how long everything takes, and stop; what is not known is timed" },
  dryRun: { kind: "switch", sentence: "List the runs and stop" },
} as const satisfies FlagTable;
