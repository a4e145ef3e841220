import { createReferenceDevice } from "@beyond24/cpu";
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
