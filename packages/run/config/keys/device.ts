import type { ConfigSection } from "../config_field.ts";

/** Where to compute: a section of {@linkcode configTable}. */
export const deviceKeys = {
  sentence: "Where to compute",
  keys: {
    name: {
      kind: "choice",
      choices: ["auto", "reference", "cpu", "webgpu", "cuda"],
      default: "auto",
      resume: "once",
      sentence: "Kind of device, or auto for the fastest one that this machine has",
    },
    threads: {
      kind: "integer",
      minimum: 0,
      maximum: 64,
      default: 0,
      unit: "threads",
      resume: "once",
      sentence: "CPU threads; 0 takes one for each core",
    },
    blas: {
      kind: "text",
      form: "auto, off or the path of a library",
      default: "auto",
      resume: "once",
      sentence: "Library for the CPU's matrix products: auto takes what is installed, off none, else the path of one",
    },
    dtype: {
      kind: "choice",
      choices: ["f32", "f16"],
      default: "f32",
      resume: "once",
      sentence: "Storage type of activations on WebGPU; the other devices have one type each",
    },
    profile: {
      kind: "switch",
      default: false,
      resume: "once",
      sentence: "Whether WebGPU measures every kernel",
    },
  },
} as const satisfies ConfigSection;
