/**
 * Trains a tiny model for 200 steps (40 dense, 120 sparse, 40 dense) on one device and prints a JSON line with the loss
 * of every step and a digest of the final weights: run it on the CPU reference and on the GPU, and twice on the GPU.
 *
 * Run: `deno run --allow-ffi --allow-read --allow-env bench/cuda/agreement.ts reference|reference-f32|cuda|cuda-plain
 * [plan]`
 */
import { createReferenceDevice } from "@beyond24/cpu";
import { createCudaDevice } from "@beyond24/cuda";
import type { Device } from "@beyond24/device";
import { AdamW } from "@beyond24/optimizer";
import { modelPresets, sparsityPlans, venomFormats } from "@beyond24/recipe";
import {
  clusterTransformer,
  createTokenBatch,
  createTransformer,
  forwardBackward,
  packTransformer,
  type TokenBatch,
  type Transformer,
  transformerPacks,
  transformerParameters,
  writeTokenBatch,
} from "@beyond24/transformer";

const PHASES = [["dense", 40], ["sparse", 120], ["dense", 40]] as const;
const BATCHES = 4;
const SEQUENCES = 4;

async function open(name: string): Promise<Device> {
  if (name === "reference") return createReferenceDevice({ activationType: "bf16" });
  if (name === "reference-f32") return createReferenceDevice();
  return await createCudaDevice({ libraries: name !== "cuda-plain" });
}

/** Tokens of a small grammar: the next token is a fixed function of the last two. */
function batch(model: Transformer, index: number): TokenBatch {
  const { sequenceLength, vocabularySize } = modelPresets.tiny;
  const values = Array.from({ length: SEQUENCES }, (_, sequence) => {
    const row = [index * 7 + sequence * 13, sequence];
    while (row.length <= sequenceLength) row.push(((row.at(-1) ?? 0) * 5 + (row.at(-2) ?? 0) * 3 + 1) % vocabularySize);
    return row;
  });
  const batch = createTokenBatch(model.device, SEQUENCES, sequenceLength);
  writeTokenBatch(model, batch, {
    inputs: Int32Array.from(values.flatMap((row) => row.slice(0, sequenceLength))),
    targets: Int32Array.from(values.flatMap((row) => row.slice(1, sequenceLength + 1))),
  });
  return batch;
}

async function digest(values: readonly Float32Array[]): Promise<string> {
  const bytes = new Uint8Array(values.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let offset = 0;
  for (const { buffer, byteLength, byteOffset } of values) {
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), offset);
    offset += byteLength;
  }
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(hash.subarray(0, 8), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const [name = "reference", planName = "paper"] = Deno.args;
const plan = Object.entries(sparsityPlans).find(([key]) => key === planName)?.[1];
if (plan === undefined) throw new RangeError(`Cannot train as the plan is not known: current value is ${planName}`);
const device = await open(name);
const model = createTransformer(
  device,
  { shape: modelPresets.tiny, sparsity: { plan, venom: venomFormats["87.5"] } },
  1,
);
const optimizer = new AdamW(device, transformerParameters(model), {}, { key: "agreement" });
const batches = Array.from({ length: BATCHES }, (_, index) => batch(model, index));
const arena = device.arena();
const losses: number[] = [];
for (const [mode, steps] of PHASES) {
  if (mode === "sparse") {
    await clusterTransformer(model, {
      seed: 1,
      companions: (parameter) => Object.values(optimizer.moments(parameter)),
    });
  }
  for (let step = 0; step < steps; step++) {
    const index = losses.length % BATCHES;
    const tokens = batches[index];
    if (tokens === undefined) throw new Error("Cannot train as a batch is missing");
    if (mode === "sparse") packTransformer(model);
    device.replay(`${mode} ${index}`, () => {
      forwardBackward(model, tokens, { mode, arena });
      arena.reset();
    });
    await optimizer.step(1e-3, mode === "sparse" ? transformerPacks(model) : undefined);
    losses.push((await device.read(model.loss))[0] ?? NaN);
  }
}
const weights: Float32Array[] = [];
for (const { weight } of transformerParameters(model)) weights.push(Float32Array.from(await device.read(weight)));
const result = { device: device.description, plan: planName, digest: await digest(weights), losses };
Deno.stdout.writeSync(new TextEncoder().encode(`${JSON.stringify(result)}\n`));
