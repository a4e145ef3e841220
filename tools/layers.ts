/**
 * The house as data: which of our packages each package may import (`docs/architecture.md`). A package that is missing
 * here fails the gate, so a new one is placed on a floor before it can land.
 *
 * @module
 */
const FLOOR_1 = ["sparse24", "venom", "routing", "recipe", "safetensors"];
const CONTRACT = [...FLOOR_1, "device"];
const FLOOR_3 = [...CONTRACT, "autograd", "ffn", "transformer", "optimizer"];
const BACK_ENDS = ["cpu", "webgpu", "cuda", "mpi"];
const FLOOR_4 = ["disk", "tokenizer", "data", "checkpoint", "session", "run", "evaluation", "generation", "hub"];

/** Package → the packages it may import. */
export const LAYERS: Readonly<Record<string, readonly string[]>> = {
  sparse24: [],
  venom: ["sparse24"],
  routing: [],
  recipe: [],
  safetensors: [],
  device: FLOOR_1,
  cpu: CONTRACT,
  webgpu: CONTRACT,
  cuda: CONTRACT,
  mpi: CONTRACT,
  autograd: CONTRACT,
  ffn: [...CONTRACT, "autograd"],
  transformer: [...CONTRACT, "autograd", "ffn"],
  optimizer: [...CONTRACT, "autograd"],
  disk: [],
  tokenizer: [],
  data: [...FLOOR_3, "disk", "tokenizer"],
  checkpoint: [...FLOOR_3, "disk"],
  session: [...FLOOR_3, "run"],
  generation: FLOOR_3,
  run: [...FLOOR_3, "disk", "checkpoint", "tokenizer"],
  evaluation: [...FLOOR_3, "disk", "tokenizer", "data"],
  hub: [...FLOOR_3, "disk", "tokenizer", "checkpoint", "run"],
  trainer: [...FLOOR_3, ...BACK_ENDS, ...FLOOR_4, "dashboard"],
  dashboard: [...FLOOR_3, ...BACK_ENDS, ...FLOOR_4],
};
