import { createCpuDevice, createReferenceDevice } from "@beyond24/cpu";
import {
  modelPresets,
  packedWeightCount,
  sparsityPlans,
  trainingMemory,
  type TrainingMemoryOptions,
} from "@beyond24/recipe";
import { TrainingSession } from "@beyond24/session";
import { assert, assertAlmostEquals } from "@std/assert";

Deno.test("the memory plan counts what a session holds, whatever its device takes for logits", async () => {
  const shape = { ...modelPresets.tiny, vocabularySize: 8192 };
  const plan = sparsityPlans.paper;
  const [sequences, tokens] = [4, 4 * shape.sequenceLength];
  for (const logitsBytes of [2 ** 20, 2 ** 26]) {
    const device = Object.assign(createReferenceDevice(), { logitsBytes });
    const session = new TrainingSession(
      device,
      {
        transformer: { shape, sparsity: { plan, venom: { v: 64, n: 2, m: 16 } } },
        recipe: [{ phase: "dense", steps: 1 }],
        schedule: { peak: 1e-3, finalRatio: 0.1, warmupSteps: 1, totalSteps: 1 },
        seed: 1,
        batchSize: sequences,
      },
      () => ({ inputs: new Int32Array(tokens), targets: new Int32Array(tokens) }),
    );
    await session.runSteps(1);
    const { total, logits } = trainingMemory(shape, sequences, { packedWeights: packedWeightCount(plan), logitsBytes });
    const ratio = device.liveBytes / total;
    assert(
      Math.abs(ratio - 1) < 0.01,
      `${device.liveBytes} bytes are held, ${total} were planned, ${logits} for logits`,
    );
    session.dispose();
  }
});

/** Bytes of activations that one step of a session holds, by those that were planned. */
async function activationsByPlan(
  phase: "dense" | "sparse",
  recompute: boolean,
  routing: Required<TrainingMemoryOptions>["routing"],
  denseLayers = 0,
): Promise<number> {
  const shape = { ...modelPresets.tiny, layers: 6, vocabularySize: 512 };
  const [sequences, tokens] = [4, 4 * shape.sequenceLength];
  const device = await createCpuDevice({ threads: 1, blas: "off" });
  const sparsity = { plan: sparsityPlans.paper, ...routing };
  const session = new TrainingSession(device, {
    transformer: phase === "dense" ? { shape, recompute } : { shape, recompute, denseLayers, sparsity },
    recipe: [{ phase, steps: 1 }],
    schedule: { peak: 1e-3, finalRatio: 0.1, warmupSteps: 1, totalSteps: 1 },
    seed: 1,
    batchSize: sequences,
  }, () => ({ inputs: new Int32Array(tokens), targets: new Int32Array(tokens) }));
  await session.runSteps(1);
  const routed = { packedWeights: packedWeightCount(sparsityPlans.paper), routing, denseLayers };
  const plan = trainingMemory(shape, sequences, { recompute, ...(phase === "dense" ? {} : routed) });
  const activations = device.liveBytes - (plan.total - plan.activations);
  device.dispose();
  return activations / plan.activations;
}

Deno.test("the memory plan counts what is left where layers are computed again", async () => {
  const routing = { venom: { v: 64, n: 2, m: 16 }, expertsPerToken: 2 } as const;
  for (const phase of ["dense", "sparse"] as const) {
    for (const recompute of [false, true]) {
      assertAlmostEquals(await activationsByPlan(phase, recompute, routing), 1, 0.06, `${phase}, ${recompute}`);
    }
  }
});

Deno.test("the memory plan counts y1 of all neurons where the router needs them", async () => {
  for (const recompute of [false, true]) {
    for (const router of ["cosine", "energy"] as const) {
      const routing = { venom: { v: 4, n: 2, m: 64 }, expertsPerToken: 8, router } as const;
      assertAlmostEquals(await activationsByPlan("sparse", recompute, routing), 1, 0.02, `${router}, ${recompute}`);
    }
  }
});

Deno.test("the memory plan counts the tables of a router that chooses by token", async () => {
  for (const denseLayers of [0, 3]) {
    const routing = { venom: { v: 4, n: 2, m: 64 }, expertsPerToken: 8, router: "token" } as const;
    assertAlmostEquals(await activationsByPlan("sparse", false, routing, denseLayers), 1, 0.02, `${denseLayers}`);
  }
});

Deno.test("the memory plan counts first layers that stay dense in sparse steps", async () => {
  for (const denseLayers of [1, 3, 5]) {
    for (const recompute of [false, true]) {
      for (const router of ["cosine", "energy"] as const) {
        const routing = { venom: { v: 4, n: 2, m: 64 }, expertsPerToken: 8, router } as const;
        const found = await activationsByPlan("sparse", recompute, routing, denseLayers);
        assertAlmostEquals(found, 1, 0.02, `${denseLayers} dense, ${router}, ${recompute}`);
      }
    }
  }
});
