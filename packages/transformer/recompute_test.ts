import { assert, assertEquals } from "@std/assert";
import { createCpuDevice, createReferenceDevice } from "@beyond24/cpu";
import type { Device } from "@beyond24/device";
import { sparsityPlans } from "@beyond24/recipe";
import { batchOf, floatsOf, numberOf, shape, TestRun, venom } from "./_testing.ts";
import { evaluateLoss } from "./evaluate_loss.ts";
import { forwardBackward } from "./forward_backward.ts";
import { packTransformer, transformerPacks } from "./pack_transformer.ts";
import { setStep } from "./set_step.ts";
import { transformerParameters } from "./transformer_parameters.ts";

const devices: readonly (readonly [string, () => Device | Promise<Device>])[] = [
  ["reference", () => createReferenceDevice()],
  ["reference in bf16", () => createReferenceDevice({ activationType: "bf16" })],
  ["WebAssembly", () => createCpuDevice({ threads: 1, blas: "off" })],
];

/** A model that is trained. */
interface Variant {
  readonly plan: "paper" | "beyond";
  readonly denseLayers: number;
}

const variants: readonly Variant[] = [
  { plan: "paper", denseLayers: 0 },
  { plan: "beyond", denseLayers: 0 },
  { plan: "beyond", denseLayers: 1 },
];

/** Losses, gradients and statistics of dense and sparse steps of two micro-batches, and the weights that they leave. */
async function train(device: Device, recompute: boolean, { plan, denseLayers }: Variant): Promise<Float32Array[]> {
  const run = new TestRun(device, { shape, sparsity: { plan: sparsityPlans[plan], venom }, denseLayers, recompute });
  const parameters = transformerParameters(run.model);
  const arena = device.arena();
  const seen: Float32Array[] = [];
  for (const [step, mode] of (["dense", "dense", "sparse", "sparse", "dense"] as const).entries()) {
    if (step === 2) await run.cluster();
    setStep(run.model, step);
    if (mode === "sparse") packTransformer(run.model);
    for (const microBatch of [0, 1]) {
      const batch = batchOf(device, 2, 8, 2 * step + microBatch);
      device.replay(`${mode}/${step}/${microBatch}`, () => {
        forwardBackward(run.model, batch, { mode, arena, microBatch, microBatches: 2 });
        arena.reset();
      });
    }
    seen.push(await floatsOf(device, run.model.loss));
    for (const { gradient } of parameters) seen.push(await floatsOf(device, gradient));
    for (const { feedForward: { statistics } } of run.model.layers) {
      for (const tensor of Object.values(statistics)) seen.push(await floatsOf(device, tensor));
    }
    await run.optimizer.step(1e-2, mode === "sparse" ? transformerPacks(run.model) : undefined);
  }
  for (const { weight } of parameters) seen.push(await floatsOf(device, weight));
  return seen;
}

for (const [name, create] of devices) {
  for (const variant of variants) {
    const { plan, denseLayers } = variant;
    Deno.test(`recomputed layers give the same bits: plan ${plan}, dense ${denseLayers}, ${name}`, async () => {
      const kept = await train(await create(), false, variant);
      assertEquals(await train(await create(), true, variant), kept);
      assert(kept.every((values) => values.every(Number.isFinite)));
    });
  }
}

/** Bytes that a pass adds to a device. */
async function arenaBytes(
  layers: number,
  recompute: boolean,
  pass: "dense" | "sparse" | "validation",
): Promise<number> {
  const device = createReferenceDevice();
  const sparsity = { plan: sparsityPlans.paper, venom };
  const run = new TestRun(device, { shape: { ...shape, layers }, sparsity, recompute });
  await run.cluster();
  packTransformer(run.model);
  const batch = batchOf(device, 2, 8);
  const before = device.liveBytes;
  const arena = device.arena();
  const options = { mode: pass === "validation" ? "dense" : pass, arena, out: run.model.loss } as const;
  if (pass === "validation") evaluateLoss(run.model, batch, options);
  else forwardBackward(run.model, batch, options);
  assert(Number.isFinite(await numberOf(device, run.model.loss)));
  return device.liveBytes - before;
}

for (const pass of ["dense", "sparse", "validation"] as const) {
  Deno.test(`recomputed layers leave their input only: ${pass}`, async () => {
    const [few, many] = [await arenaBytes(3, true, pass), await arenaBytes(9, true, pass)];
    const input = 2 * 8 * shape.dModel * Float32Array.BYTES_PER_ELEMENT;
    assertEquals(many - few, 6 * input);
    assert(many < await arenaBytes(9, false, pass) / 2);
  });
}
