import { createCpuDevice, createReferenceDevice } from "@beyond24/cpu";
import { modelPresets, packedWeightCount, sparsityPlans, trainingMemory } from "@beyond24/recipe";
import { TrainingSession } from "@beyond24/session";
import { assert } from "@std/assert";

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

Deno.test("the memory plan counts what is left where layers are computed again", async () => {
  const shape = { ...modelPresets.tiny, layers: 6, vocabularySize: 512 };
  const venom = { v: 64, n: 2, m: 16 } as const;
  const [sequences, tokens] = [4, 4 * shape.sequenceLength];
  for (const phase of ["dense", "sparse"] as const) {
    for (const recompute of [false, true]) {
      const device = await createCpuDevice({ threads: 1, blas: "off" });
      const transformer = { shape, recompute, sparsity: { plan: sparsityPlans.paper, venom, expertsPerToken: 2 } };
      const session = new TrainingSession(device, {
        transformer: phase === "dense" ? { shape, recompute } : transformer,
        recipe: [{ phase, steps: 1 }],
        schedule: { peak: 1e-3, finalRatio: 0.1, warmupSteps: 1, totalSteps: 1 },
        seed: 1,
        batchSize: sequences,
      }, () => ({ inputs: new Int32Array(tokens), targets: new Int32Array(tokens) }));
      await session.runSteps(1);
      const packedWeights = packedWeightCount(sparsityPlans.paper);
      const routed = { packedWeights, routing: { venom, expertsPerToken: 2 } };
      const plan = trainingMemory(shape, sequences, { recompute, ...(phase === "dense" ? {} : routed) });
      const activations = device.liveBytes - (plan.total - plan.activations);
      assert(
        Math.abs(activations / plan.activations - 1) < 0.06,
        `${phase}, ${recompute}: ${activations} bytes of activations are held, ${plan.activations} were planned`,
      );
      device.dispose();
    }
  }
});
