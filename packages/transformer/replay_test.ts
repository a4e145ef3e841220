import { assertEquals, assertNotEquals } from "@std/assert";
import { createReferenceDevice } from "@beyond24/cpu";
import type { Device, Kernels } from "@beyond24/device";
import { sparsityPlans } from "@beyond24/recipe";
import { forwardBackward } from "./forward_backward.ts";
import { packTransformer, transformerPacks } from "./pack_transformer.ts";
import { setStep } from "./set_step.ts";
import { transformerParameters } from "./transformer_parameters.ts";
import { batchOf, floatsOf, shape, TestRun, venom } from "./_testing.ts";

type Unit = { readonly calls: (() => void)[]; readonly result: unknown };

/**
 * A reference device that replays as a CUDA graph does: the first time it keeps every kernel call with its arguments,
 * and from then on makes these calls again and does not call `record`.
 */
function replayingDevice(): { readonly device: Device; readonly recorded: () => number } {
  const device = createReferenceDevice();
  const units = new Map<string, Unit>();
  let recording: (() => void)[] | undefined;
  let recorded = 0;
  const kernels = new Proxy(device.kernels, {
    get(target, name): unknown {
      const kernel: unknown = Reflect.get(target, name);
      if (typeof kernel !== "function") return kernel;
      return (args: unknown) => {
        const call = () => void kernel.call(target, args);
        recording?.push(call);
        call();
      };
    },
  }) as Kernels;
  const replay = (key: string, record: () => unknown): unknown => {
    const unit = units.get(key);
    if (unit !== undefined) {
      for (const call of unit.calls) call();
      return unit.result;
    }
    const calls: (() => void)[] = [];
    recording = calls;
    recorded++;
    const result = record();
    recording = undefined;
    units.set(key, { calls, result });
    return result;
  };
  const proxy = new Proxy(device, {
    get(target, name): unknown {
      if (name === "kernels") return kernels;
      if (name === "replay") return replay;
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
  return { device: proxy, recorded: () => recorded };
}

async function train(
  device: Device,
  plan: "paper" | "beyond",
  { recompute = false, denseLayers = 0 } = {},
): Promise<{ losses: number[]; weights: Float32Array[] }> {
  const sparsity = { plan: sparsityPlans[plan], venom, softThresholdScale: "frozen" } as const;
  const run = new TestRun(device, { shape, sparsity, denseLayers, recompute });
  const batch = batchOf(device, 2, 8);
  const arena = device.arena();
  const losses: number[] = [];
  for (const [step, mode] of (["dense", "dense", "sparse", "sparse", "dense", "sparse", "dense"] as const).entries()) {
    if (step === 2) await run.cluster();
    const next = batchOf(device, 2, 8, step + 1);
    device.write(batch.tokens, await device.read(next.tokens));
    device.write(batch.targets, await device.read(next.targets));
    setStep(run.model, step);
    if (mode === "sparse") packTransformer(run.model);
    const loss = device.replay(mode, () => {
      for (const microBatch of [0, 1]) forwardBackward(run.model, batch, { mode, arena, microBatch, microBatches: 2 });
      arena.reset();
      return run.model.loss;
    });
    await run.optimizer.step(1e-2 / (step + 1), mode === "sparse" ? transformerPacks(run.model) : undefined);
    if (mode === "sparse") packTransformer(run.model);
    losses.push(...await floatsOf(device, loss));
  }
  const parameters = transformerParameters(run.model);
  return { losses, weights: await Promise.all(parameters.map(({ weight }) => floatsOf(device, weight))) };
}

for (const plan of ["paper", "beyond"] as const) {
  Deno.test(`a recorded step of plan ${plan}, replayed with new tokens and rates, is as a fresh one`, async () => {
    const { device, recorded } = replayingDevice();
    assertEquals(await train(device, plan), await train(createReferenceDevice(), plan));
    assertEquals(recorded(), 4, "two passes, two updates");
  });

  Deno.test(`a recorded step of plan ${plan} that computes its layers again is as a fresh one that keeps them`, async () => {
    const { device, recorded } = replayingDevice();
    assertEquals(await train(device, plan, { recompute: true }), await train(createReferenceDevice(), plan));
    assertEquals(recorded(), 4, "two passes, two updates");
  });
}

Deno.test("a recorded step whose first layer stays dense is as a fresh one", async () => {
  const { device, recorded } = replayingDevice();
  const dense = { denseLayers: 1 };
  assertEquals(await train(device, "beyond", dense), await train(createReferenceDevice(), "beyond", dense));
  assertEquals(recorded(), 4, "two passes, two updates");
});

Deno.test("a replayed pass of plan beyond draws anew at every step and for every micro-batch", async () => {
  const { device } = replayingDevice();
  const run = new TestRun(device, { shape, sparsity: { plan: sparsityPlans.beyond, venom } });
  await run.cluster();
  const batch = batchOf(device, 2, 8);
  const arena = device.arena();
  const gradient = run.model.layers[0]?.feedForward.wOut.gradient ?? run.model.loss;
  packTransformer(run.model);
  const pass = async (step: number, first: number) => {
    setStep(run.model, step);
    device.replay(`pass ${first}`, () => {
      device.kernels.fill({ out: gradient, value: 0 });
      for (const microBatch of [first, 2]) {
        forwardBackward(run.model, batch, { mode: "sparse", arena, microBatch });
        arena.reset();
      }
    });
    return await floatsOf(device, gradient);
  };
  const [zero, one, again, other] = [await pass(0, 0), await pass(1, 0), await pass(0, 0), await pass(0, 1)];
  assertEquals(again, zero, "a step is a step");
  assertNotEquals(one, zero, "another step draws others");
  assertNotEquals(other, zero, "another micro-batch draws others");
});
