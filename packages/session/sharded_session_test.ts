import { createReferenceDevice } from "@beyond24/cpu";
import { inProcessCollectives } from "@beyond24/device/contract";
import { modelPresets, precisions, sparsityPlans, trainingMemory } from "@beyond24/recipe";
import { decodeSafetensors } from "@beyond24/safetensors";
import {
  type SessionConfig,
  type SessionRanks,
  type SharedTensors,
  type TensorSource,
  TrainingSession,
} from "@beyond24/session";
import type { HostBatch } from "@beyond24/transformer";
import { assert, assertEquals, assertNotEquals } from "@std/assert";

const shape = { ...modelPresets.tiny, layers: 2, sequenceLength: 8, vocabularySize: 40 };
const sparsity = {
  plan: sparsityPlans["paper-columns"],
  venom: { v: 4, n: 2, m: 16 },
  softThresholdScale: "frozen",
} as const;
const config: SessionConfig = {
  transformer: { shape, sparsity },
  recipe: [{ phase: "dense", steps: 2 }, { phase: "sparse", steps: 3 }, { phase: "dense", steps: 2 }],
  schedule: { peak: 3e-3, finalRatio: 0.1, warmupSteps: 1, totalSteps: 7 },
  switchScale: "experts",
  clustering: { every: 2 },
  seed: 5,
  batchSize: 1,
  microBatches: 2,
};

/** The model with clusters of what neurons do on the tokens of rank 0, and with a router that sorts them by weights. */
const coactive = {
  ...config.transformer,
  sparsity: { ...sparsity, clusters: "activations", router: "probe" },
} as const;

type Shard = NonNullable<SessionRanks["shard"]>;
type ActivationType = "f32" | "bf16";

function oneBatch(): HostBatch {
  return { inputs: new Int32Array(8), targets: Int32Array.from({ length: 8 }, (_, i) => i) };
}

/** What a run of some ranks has left: the files of its checkpoint, the losses of its steps. */
interface Saved {
  readonly model: Uint8Array;
  readonly optimizer: Uint8Array;
  readonly transformer: ReturnType<TrainingSession["snapshot"]>["transformer"];
  readonly losses: readonly number[];
}

/** Runs some ranks at the same time, from a checkpoint or from the start, up to a step. */
async function runRanks(
  { size, shard, end, from, activationType = "f32", transformer = config.transformer }: {
    readonly size: number;
    readonly shard: Shard;
    readonly end: number;
    readonly from?: { readonly step: number; readonly saved: Saved };
    readonly activationType?: ActivationType;
    readonly transformer?: SessionConfig["transformer"];
  },
): Promise<Saved> {
  const devices = Array.from({ length: size }, () => createReferenceDevice({ activationType }));
  const results = await Promise.all(
    inProcessCollectives(devices).map(async (collectives, rank) => {
      const device = devices[rank] ?? createReferenceDevice();
      let drawn = (from?.step ?? 0) * 2;
      const nextBatch = () => {
        const at = drawn++ * size + rank;
        const inputs = Int32Array.from({ length: 8 }, (_, i) => (i * i * 31 + i * 7 + at * 13) % 40);
        return { inputs, targets: inputs.map((token) => (token * 5 + 3) % 40) };
      };
      const upcoming = (count: number) => {
        const here = drawn;
        const batches = Array.from({ length: count }, nextBatch);
        drawn = here;
        return batches;
      };
      const place = { collectives, shard, upcoming };
      const session = new TrainingSession(device, { ...config, transformer }, nextBatch, place);
      if (from !== undefined) {
        const { model, optimizer, transformer } = from.saved;
        await session.restore({ step: from.step, transformer, model: sourceOf(model), optimizer: sourceOf(optimizer) });
      }
      const losses: number[] = [];
      while (session.step < end) losses.push(...(await session.runSteps(end)).map(({ loss }) => loss));
      const snapshot = session.sharedSnapshot() ?? session.snapshot();
      const [model, optimizer] = [await partsOf(snapshot.model), await partsOf(snapshot.optimizer)];
      session.dispose();
      assertEquals(device.liveBytes, 0);
      return { model, optimizer, transformer: snapshot.transformer, losses };
    }),
  );
  const [first] = results;
  if (first === undefined) throw new Error("There is a rank 0");
  // Of ranks that have everything only rank 0 writes.
  const writers = shard === "none" ? [first] : results;
  const join = (file: "model" | "optimizer") => joined(writers.map(({ [file]: part }) => part));
  return { ...first, model: join("model"), optimizer: join("optimizer") };
}

interface Parts {
  readonly bytes: number;
  readonly parts: readonly { readonly offset: number; readonly bytes: Uint8Array }[];
}

async function partsOf(file: AsyncIterable<Uint8Array> | SharedTensors): Promise<Parts> {
  const parts: { offset: number; bytes: Uint8Array }[] = [];
  if ("parts" in file) {
    for await (const { offset, bytes } of file.parts) parts.push({ offset, bytes: bytes.slice() });
    return { bytes: file.bytes, parts };
  }
  let end = 0;
  for await (const piece of file) {
    parts.push({ offset: end, bytes: piece.slice() });
    end += piece.length;
  }
  return { bytes: end, parts };
}

/** The file that all ranks write together: every byte of it once. */
function joined(writers: readonly Parts[]): Uint8Array {
  const file = new Uint8Array(writers[0]?.bytes ?? 0);
  const written = new Uint8Array(file.length);
  for (const { bytes, parts } of writers) {
    assertEquals(bytes, file.length);
    for (const part of parts) {
      file.set(part.bytes, part.offset);
      for (let i = part.offset; i < part.offset + part.bytes.length; i++) written[i] = (written[i] ?? 0) + 1;
    }
  }
  assert(written.every((times) => times === 1), "every byte once");
  return file;
}

function sourceOf(file: Uint8Array): TensorSource {
  const { tensors } = decodeSafetensors(file);
  return {
    read: (name, wanted) => {
      const found = tensors[name];
      assert(found?.dtype === "F32" && String(found.shape) === String(wanted), name);
      return Promise.resolve(Float32Array.from(found.data));
    },
  };
}

for (const activationType of ["f32", "bf16"] as const) {
  for (const size of [2, 3]) {
    Deno.test(`${size} ranks that shard the optimizer have the bits of ${size} that do not: ${activationType}`, async () => {
      const whole = await runRanks({ size, shard: "none", end: 7, activationType });
      assertEquals(await runRanks({ size, shard: "optimizer", end: 7, activationType }), whole);
      assertEquals(whole.losses.length, 7);
    });
  }
}

Deno.test("a sharded run goes on from any step to the same bits, sharded or not", async () => {
  const whole = await runRanks({ size: 2, shard: "optimizer", end: 7 });
  for (let step = 1; step < 7; step++) {
    const saved = await runRanks({ size: 2, shard: step % 2 ? "optimizer" : "none", end: step });
    for (const shard of ["none", "optimizer"] as const) {
      const { losses, ...files } = await runRanks({ size: 2, shard, end: 7, from: { step, saved } });
      assertEquals(losses, whole.losses.slice(step));
      assertEquals(files, { model: whole.model, optimizer: whole.optimizer, transformer: whole.transformer });
    }
  }
});

Deno.test("a sharded run whose first layer stays dense computes what a whole one does, and goes on from it", async () => {
  const dense = { size: 2, end: 7, transformer: { ...config.transformer, denseLayers: 1 } };
  const whole = await runRanks({ ...dense, shard: "none" });
  assertEquals(await runRanks({ ...dense, shard: "optimizer" }), whole);
  assertNotEquals(whole.losses, (await runRanks({ size: 2, end: 7, shard: "none" })).losses);
  const saved = await runRanks({ ...dense, shard: "optimizer", end: 4 });
  const { losses, ...files } = await runRanks({ ...dense, shard: "optimizer", from: { step: 4, saved } });
  assertEquals(losses, whole.losses.slice(4));
  assertEquals(files, { model: whole.model, optimizer: whole.optimizer, transformer: whole.transformer });
});

Deno.test("ranks cluster by the activations of rank 0, sharded or not, and go on from any step to the same bits", async () => {
  for (const activationType of ["f32", "bf16"] as const) {
    const shared = { size: 2, activationType, transformer: coactive };
    const whole = await runRanks({ ...shared, shard: "none", end: 7 });
    assertEquals(await runRanks({ ...shared, shard: "optimizer", end: 7 }), whole);
    for (const step of [2, 3, 4]) {
      const saved = await runRanks({ ...shared, shard: "optimizer", end: step });
      const { losses, ...files } = await runRanks({ ...shared, shard: "optimizer", end: 7, from: { step, saved } });
      assertEquals(losses, whole.losses.slice(step));
      assertEquals(files, { model: whole.model, optimizer: whole.optimizer, transformer: whole.transformer });
    }
    const byWeights = { ...coactive, sparsity: { ...coactive.sparsity, clusters: "weights" } } as const;
    assertNotEquals(await runRanks({ ...shared, transformer: byWeights, shard: "none", end: 7 }), whole);
  }
});

Deno.test("ranks have the clusters that tokens of rank 0 vote for, and go on from any step to the same bits", async () => {
  const byToken = { ...config.transformer, sparsity: { ...sparsity, router: "token" } } as const;
  const shared = { size: 2, transformer: byToken };
  const whole = await runRanks({ ...shared, shard: "none", end: 7 });
  assertEquals(await runRanks({ ...shared, shard: "optimizer", end: 7 }), whole);
  assertEquals(whole.transformer.choices?.length, 2);
  for (const step of [2, 3, 4]) {
    const saved = await runRanks({ ...shared, shard: "optimizer", end: step });
    const { losses, ...files } = await runRanks({ ...shared, shard: "optimizer", end: 7, from: { step, saved } });
    assertEquals(losses, whole.losses.slice(step));
    assertEquals(files, { model: whole.model, optimizer: whole.optimizer, transformer: whole.transformer });
  }
});

Deno.test("any number of ranks goes on with a checkpoint of any other", async () => {
  const three = await runRanks({ size: 3, shard: "optimizer", end: 4 });
  for (const size of [1, 2, 4]) {
    // No step, so that what is saved again is what was loaded.
    const { losses, ...again } = await runRanks({ size, shard: "optimizer", end: 4, from: { step: 4, saved: three } });
    assertEquals(losses, []);
    assertEquals(again, { model: three.model, optimizer: three.optimizer, transformer: three.transformer });
    await runRanks({ size, shard: "optimizer", end: 5, from: { step: 4, saved: three } });
  }
});

Deno.test("a session of a sharded rank holds what the plan says", () => {
  const large = { ...shape, vocabularySize: 4096 };
  const held = (size: number, shard: Shard, activationType: ActivationType) => {
    const devices = Array.from({ length: size }, () => createReferenceDevice({ activationType }));
    return inProcessCollectives(devices).map((collectives, rank) => {
      const device = devices[rank] ?? createReferenceDevice();
      const place = { collectives, shard };
      const session = new TrainingSession(device, { ...config, transformer: { shape: large } }, oneBatch, place);
      assertEquals(session.step, 0);
      return device.liveBytes;
    });
  };
  for (const [activationType, precision] of [["f32", precisions.float32], ["bf16", precisions.bfloat16]] as const) {
    for (const [size, shard] of [[1, "optimizer"], [2, "none"], [2, "optimizer"], [4, "optimizer"]] as const) {
      const shards = shard === "optimizer" ? size : 1;
      const { weights, gradients, masters, moments } = trainingMemory(large, 1, { precision, shards });
      for (const bytes of held(size, shard, activationType)) {
        const ratio = bytes / (weights + gradients + masters + moments);
        assert(Math.abs(ratio - 1) < 0.02, `${activationType}, ${size} ranks, ${shard}: ${ratio} of the plan`);
      }
    }
  }
});
