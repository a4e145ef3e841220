import { writeParameter } from "@beyond24/autograd";
import { createReferenceDevice } from "@beyond24/cpu";
import type { Device } from "@beyond24/device";
import { sampleToken, sampleTokens } from "@beyond24/generation";
import { type ModelShape, sparsityPlans } from "@beyond24/recipe";
import {
  clusterTransformer,
  createTransformer,
  logits,
  type Transformer,
  transformerParameters,
} from "@beyond24/transformer";
import { assertEquals, assertGreater } from "@std/assert";
import { createWebGpuDevice } from "./create_web_gpu_device.ts";
import { deviceTests } from "./_testing.ts";

const shape: ModelShape = {
  layers: 2,
  dModel: 32,
  dFfn: 64,
  heads: 4,
  kvHeads: 2,
  headDim: 8,
  vocabularySize: 50,
  sequenceLength: 96,
};
const sparsity = { plan: sparsityPlans.beyond, venom: { v: 8, n: 2, m: 8 } } as const;
const prompt = [3, 14, 15, 9, 26];
const count = 80;
const greedy = { temperature: 0, random: () => 0 };

type Mode = "dense" | "sparse";

/** A model that is sure of something: initial weights are so small that all scores are nearly equal. */
async function modelOn(device: Device, mode: Mode): Promise<Transformer> {
  const model = createTransformer(device, { shape, sparsity }, 4);
  for (const parameter of transformerParameters(model)) {
    if (parameter.shape.length === 1) continue;
    const values = Float32Array.from(await device.read(parameter.weight), (value) => value * 12);
    writeParameter(device, parameter, values);
  }
  if (mode === "sparse") await clusterTransformer(model, { seed: 1 });
  return model;
}

/** Tokens from the whole sequence each. */
async function recomputed(model: Transformer, mode: Mode): Promise<number[]> {
  const { device } = model;
  const [sequence, arena] = [[...prompt], device.arena()];
  for (let drawn = 0; drawn < count; drawn++) {
    const tokens = device.tensor([1, sequence.length], "i32");
    device.write(tokens, Int32Array.from(sequence));
    sequence.push(sampleToken(await device.read(logits(model, tokens, { arena, mode })), greedy));
    arena.reset();
    device.free(tokens);
  }
  return sequence.slice(prompt.length);
}

for (const mode of ["dense", "sparse"] as const) {
  (await deviceTests())(
    `80 tokens from the cache are those of the whole sequence and of the reference, ${mode}`,
    async () => {
      const [device, reference] = [await createWebGpuDevice(), createReferenceDevice()];
      const model = await modelOn(device, mode);
      // Steps are recorded and replayed.
      const drawn = await Array.fromAsync(sampleTokens(model, prompt, { ...greedy, count, mode, key: "test" }));
      assertGreater(new Set(drawn).size, 3, "a model that says the same all the time proves nothing");
      assertEquals(drawn, await recomputed(model, mode));
      const expected = sampleTokens(await modelOn(reference, mode), prompt, { ...greedy, count, mode });
      assertEquals(drawn, await Array.fromAsync(expected));
      device.dispose();
    },
  );
}
