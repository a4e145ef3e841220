import { configFlags } from "./config_flags.ts";
import type { FlagTable, FlagValues } from "./flag.ts";

/** The flags of `train`. */
export const trainFlags = {
  ...configFlags,
  data: { key: "data.paths", placeholder: "path..." },
  out: {
    kind: "text",
    form: "the path of a folder",
    placeholder: "dir",
    sentence: "Folder of the run; else runs/<date-time>-<preset>",
  },
  seed: { key: "train.seed", placeholder: "number" },
  device: { key: "device.name", placeholder: "name" },
  gpus: {
    kind: "integer",
    minimum: 1,
    maximum: 64,
    placeholder: "number",
    sentence: "Train on this many NVIDIA GPUs of this machine, in one process each",
  },
  blas: { key: "device.blas", placeholder: "library" },
  baseline: { key: "train.baseline" },
  resume: {
    kind: "text",
    form: "the folder of a run or of a checkpoint",
    placeholder: "dir",
    sentence: "Go on with the run in this folder, or from this checkpoint of a run",
  },
  initFrom: { key: "train.initFrom", placeholder: "dir" },
  evaluateEveryCheckpoint: { key: "evaluation.tasks", placeholder: "task..." },
  force: { kind: "switch", sentence: "Train although most of the vocabulary can never occur" },
  overwrite: { kind: "switch", sentence: "Remove a run that lies in the folder" },
  profile: { key: "device.profile" },
  dashboard: { kind: "switch", sentence: "Serve a page on loopback that follows the run" },
  printConfig: { kind: "switch", sentence: "Print the resolved configuration and stop" },
} as const satisfies FlagTable;

/** What the flags of `train` were given. */
export type TrainFlags = FlagValues<typeof trainFlags>;
