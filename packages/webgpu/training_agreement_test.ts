import { assert, assertEquals } from "@std/assert";
import { createReferenceDevice } from "@beyond24/cpu";
import type { Arena, Device, Tensor } from "@beyond24/device";
import { AdamW } from "@beyond24/optimizer";
import { type ModelShape, sparsityPlans } from "@beyond24/recipe";
import {
  clusterTransformer,
  createTransformer,
  forwardBackward,
  type TokenBatch,
  type Transformer,
  transformerParameters,
} from "@beyond24/transformer";
import { createWebGpuDevice } from "./create_web_gpu_device.ts";
import { deviceTests } from "./_testing.ts";

const shape: ModelShape = {
  layers: 2,
  dModel: 32,
  dFfn: 64,
  heads: 4,
  kvHeads: 2,
  headDim: 8,
  vocabularySize: 32,
  sequenceLength: 16,
};
const SEQUENCES = 4;
const PHASES = [["dense", 15], ["sparse", 20], ["dense", 15]] as const;

/** Counts upwards in steps of the sequence's own: something to learn. */
function writeBatch(device: Device, { tokens, targets }: TokenBatch, step: number): void {
  const values = (shift: number) =>
    Int32Array.from({ length: SEQUENCES * shape.sequenceLength }, (_, i) => {
      const sequence = Math.floor(i / shape.sequenceLength);
      return (step * 7 + sequence * 5 + (i % shape.sequenceLength + shift) * (1 + sequence)) % shape.vocabularySize;
    });
  device.write(tokens, values(0));
  device.write(targets, values(1));
}

/** A run of training on one device. */
class Run {
  readonly model: Transformer;
  readonly optimizer: AdamW;
  readonly batch: TokenBatch;
  readonly arena: Arena;
  readonly losses: Tensor;
  step = 0;

  constructor(readonly device: Device) {
    const sparsity = { plan: sparsityPlans.paper, venom: { v: 8, n: 2, m: 8 } } as const;
    this.model = createTransformer(device, { shape, sparsity }, 5);
    this.optimizer = new AdamW(device, transformerParameters(this.model));
    const tokenShape = [SEQUENCES, shape.sequenceLength];
    this.batch = { tokens: device.tensor(tokenShape, "i32"), targets: device.tensor(tokenShape, "i32") };
    this.arena = device.arena();
    this.losses = device.tensor([1], "f32");
  }

  /** One step, handed over in one piece. */
  train(mode: "dense" | "sparse"): void {
    writeBatch(this.device, this.batch, this.step++);
    this.optimizer.prepare(3e-3);
    this.device.replay(mode, () => {
      forwardBackward(this.model, this.batch, { mode, arena: this.arena });
      this.optimizer.step();
      this.arena.reset();
    });
    this.device.submit();
  }

  async loss(): Promise<number> {
    return (await this.device.read(this.model.loss))[0] ?? NaN;
  }

  cluster(): Promise<void> {
    const companions = (parameter: Parameters<AdamW["moments"]>[0]) => Object.values(this.optimizer.moments(parameter));
    return clusterTransformer(this.model, { seed: 1, companions });
  }
}

async function lossesOf(run: Run): Promise<number[]> {
  const losses: number[] = [];
  for (const [mode, steps] of PHASES) {
    if (mode === "sparse") await run.cluster();
    for (let step = 0; step < steps; step++) {
      run.train(mode);
      losses.push(await run.loss());
    }
  }
  return losses;
}

const gpuTest = await deviceTests();
const halfTest = await deviceTests({ dtype: "f16" });

gpuTest("50 steps, dense, sparse, dense: losses agree with the reference CPU up to 1e-3", async () => {
  const device = await createWebGpuDevice();
  const expected = await lossesOf(new Run(createReferenceDevice()));
  const actual = await lossesOf(new Run(device));
  device.dispose();
  assertEquals(actual.length, 50);
  const [first = NaN, last = NaN] = [expected[0], expected.at(-1)];
  assert(last < 0.7 * first, `the run must learn something, its loss went from ${first} to ${last}`);
  for (const [step, loss] of expected.entries()) {
    const difference = Math.abs(loss - (actual[step] ?? NaN));
    assert(difference < 1e-3, `step ${step}: ${actual[step]} instead of ${loss}`);
  }
});

gpuTest("a step is one submit and leaves the live bytes as they were, in both modes", async () => {
  const device = await createWebGpuDevice();
  const run = new Run(device);
  run.train("dense");
  await run.cluster();
  run.train("sparse");
  await run.loss();
  const { submits, liveBytes } = device;
  for (let step = 0; step < 6; step++) run.train(step % 2 === 0 ? "dense" : "sparse");
  assertEquals(device.submits - submits, 6);
  assertEquals(device.liveBytes, liveBytes);
  assert(Number.isFinite(await run.loss()));
  device.dispose();
  assertEquals(device.liveBytes, 0);
});

halfTest("half-precision activations learn too", async () => {
  const device = await createWebGpuDevice({ dtype: "f16" });
  const losses = await lossesOf(new Run(device));
  device.dispose();
  const [first = NaN, last = NaN] = [losses[0], losses.at(-1)];
  assert(losses.every(Number.isFinite), String(losses));
  assert(last < 0.7 * first, `the loss went from ${first} to ${last}`);
});
