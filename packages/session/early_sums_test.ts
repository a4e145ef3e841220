// Gradients that are summed over the ranks while the backward pass goes on, and those that are summed behind it.
import { createReferenceDevice } from "@beyond24/cpu";
import {
  type Collectives,
  type Device,
  elementCount,
  partLength,
  soloCollectives,
  type Tensor,
} from "@beyond24/device";
import { modelPresets, sparsityPlans } from "@beyond24/recipe";
import { type SessionConfig, TrainingSession } from "@beyond24/session";
import { transformerParameters } from "@beyond24/transformer";
import { assertEquals } from "@std/assert";

const config: SessionConfig = {
  transformer: {
    shape: { ...modelPresets.tiny, layers: 3, sequenceLength: 8, vocabularySize: 40 },
    sparsity: { plan: sparsityPlans.paper, venom: { v: 4, n: 2, m: 16 } },
  },
  recipe: [{ phase: "dense", steps: 2 }, { phase: "sparse", steps: 2 }, { phase: "dense", steps: 1 }],
  schedule: { peak: 3e-3, finalRatio: 0.1, warmupSteps: 1, totalSteps: 5 },
  seed: 5,
  batchSize: 1,
  microBatches: 2,
};

/** Two ranks that compute the same, so that one can do without the other. */
function mirrored(device: Device, log?: string[]): Collectives {
  const double = (tensors: readonly Tensor[]) => {
    for (const tensor of tensors) device.kernels.add({ a: tensor, b: tensor, out: tensor });
  };
  const twice = (tensors: readonly Tensor[]) => Promise.resolve(double(tensors));
  const tell = (name: string, tensors: readonly Tensor[]) => {
    log?.push(`${name} ${tensors.reduce((sum, { shape }) => sum + elementCount(shape), 0)}`);
    double(tensors);
  };
  const queue = {
    allReduce: (tensors: readonly Tensor[]) => tell("allReduce", tensors),
    reduceScatter: (tensors: readonly Tensor[]) => tell("reduceScatter", tensors),
    allGather: () => {},
    join: () => void log?.push("join"),
  };
  return {
    ...soloCollectives,
    size: 2,
    allReduce: twice,
    reduceScatter: twice,
    sum: (numbers) => Promise.resolve(numbers.map((number) => 2 * number)),
    ...(log === undefined ? {} : { queue }),
  };
}

async function train(shard: "none" | "optimizer", log?: string[]): Promise<{ losses: number[]; weights: number[][] }> {
  const device = createReferenceDevice();
  let drawn = 0;
  const nextBatch = () => {
    const inputs = Int32Array.from({ length: 8 }, (_, i) => (i * i * 31 + i * 7 + drawn * 13) % 40);
    drawn++;
    return { inputs, targets: inputs.map((token) => (token * 5 + 3) % 40) };
  };
  const session = new TrainingSession(device, config, nextBatch, { collectives: mirrored(device, log), shard });
  const losses: number[] = [];
  while (session.step < 5) losses.push(...(await session.runSteps(5)).map(({ loss }) => loss));
  const weights: number[][] = [];
  for (const { weight } of transformerParameters(session.model)) weights.push([...await device.read(weight)]);
  session.dispose();
  return { losses, weights };
}

Deno.test("gradients that are summed beside the backward pass give the bits of those that are summed behind it", async () => {
  const log: string[] = [];
  assertEquals(await train("none", log), await train("none"));
  // A layer each, what is left at the end, and the wait for all of it; the norm and its wait; the wait for weights.
  const perStep = 3 + 1 + 1 + 2 + 1;
  assertEquals(log.length, 5 * perStep);
  const [first, second, third, last, join] = log;
  assertEquals([join, second], ["join", third], "layers in the middle are alike");
  const elements = [first, second, third, last].reduce((sum, line = "") => sum + Number(line.split(" ")[1]), 0);
  const device = createReferenceDevice();
  const session = new TrainingSession(
    device,
    config,
    () => ({ inputs: new Int32Array(8), targets: new Int32Array(8) }),
  );
  const all = transformerParameters(session.model).reduce((sum, { shape }) => sum + 2 * partLength(shape, 2), 0);
  assertEquals(elements, all, "each gradient once a step");
  session.dispose();
});

Deno.test("sharded gradients are scattered beside the backward pass", async () => {
  const log: string[] = [];
  await train("optimizer", log);
  assertEquals(log.slice(0, 5).map((line) => line.split(" ")[0]), [...new Array(4).fill("reduceScatter"), "join"]);
});
