// What does not depend on how many ranks share a batch, and by how much the rest does.
import { createCpuDevice } from "@beyond24/cpu";
import { soloCollectives } from "@beyond24/device";
import { inProcessCollectives } from "@beyond24/device/contract";
import { modelPresets, planRouting, sparsityPlans } from "@beyond24/recipe";
import { type SessionConfig, TrainingSession } from "@beyond24/session";
import { clusterTransformer, createTransformer, logits } from "@beyond24/transformer";
import { assert, assertEquals } from "@std/assert";

const [SEQUENCES, LENGTH] = [8, 32];
const shape = { ...modelPresets.tiny, layers: 1, sequenceLength: LENGTH };
const venom = { v: 16, n: 2, m: 16 } as const;
const columns = { plan: sparsityPlans["paper-columns"], venom };
const config: SessionConfig = {
  transformer: { shape, sparsity: columns },
  recipe: [{ phase: "dense", steps: 30 }, { phase: "sparse", steps: 40 }, { phase: "dense", steps: 30 }],
  schedule: { peak: 3e-3, finalRatio: 0.1, warmupSteps: 5, totalSteps: 100 },
  seed: 1,
  batchSize: SEQUENCES,
  readEvery: 10,
};

/** Sequence number `index` of a text with some order and some chance. */
function sequence(index: number): Int32Array {
  return Int32Array.from({ length: LENGTH + 1 }, (_, i) => {
    const at = index * LENGTH + i;
    return (at * at * 31 + at * 7) % 97 + (at * 2654435761 >>> 28);
  });
}

/** Losses of all steps, the batch shared by some ranks and cut into some micro-batches. */
async function losses(size: number, changes: Partial<SessionConfig> = {}): Promise<number[]> {
  const devices = await Promise.all(Array.from({ length: size }, () => createCpuDevice({ threads: 1, blas: "off" })));
  const all = size === 1 ? [soloCollectives] : inProcessCollectives(devices);
  const measured = await Promise.all(devices.map(async (device, rank) => {
    const batchSize = SEQUENCES / size / (changes.microBatches ?? 1);
    let drawn = 0;
    const nextBatch = () => {
      const first = (size * drawn++ + rank) * batchSize;
      const sequences = Array.from({ length: batchSize }, (_, i) => sequence(first + i));
      return {
        inputs: Int32Array.from(sequences.flatMap((tokens) => [...tokens.subarray(0, LENGTH)])),
        targets: Int32Array.from(sequences.flatMap((tokens) => [...tokens.subarray(1)])),
      };
    };
    const { [rank]: collectives = soloCollectives } = all;
    const session = new TrainingSession(device, { ...config, ...changes, batchSize }, nextBatch, { collectives });
    const rows: number[] = [];
    while (session.step < 100) rows.push(...(await session.runSteps(100)).map(({ loss }) => loss));
    session.dispose();
    device.dispose();
    return rows;
  }));
  return measured[0] ?? [];
}

/** Largest relative difference. */
function distance(a: readonly number[], b: readonly number[]): number {
  assertEquals(a.length, b.length);
  return Math.max(...a.map((loss, step) => Math.abs(loss / (b[step] ?? NaN) - 1)));
}

Deno.test("100 steps over all phases: two and four ranks are within 1e-4 of one", async () => {
  const one = await losses(1);
  const [first = NaN, last = NaN] = [one[0], one[99]];
  assert(last < first - 0.5, `it has to learn: ${first} to ${last}`);
  for (const size of [2, 4]) {
    const away = distance(await losses(size), one);
    assert(away < 1e-4, `${size} ranks are ${away} away from one`);
  }
});

Deno.test("two ranks are one with twice the micro-batches, also where a plan selects among the tokens of one", async () => {
  const runs = [
    { sparsity: { plan: sparsityPlans.paper, venom }, bar: 1e-4 },
    // A draw that falls between two roundings lets another token in.
    { sparsity: { plan: sparsityPlans.beyond, ...planRouting("beyond", venom) }, bar: 5e-3 },
  ];
  for (const { sparsity, bar } of runs) {
    const transformer = { shape, sparsity };
    const away = distance(await losses(2, { transformer }), await losses(1, { transformer, microBatches: 2 }));
    assert(away < bar, `two ranks are ${away} away`);
  }
});

Deno.test("a token has the same bits whatever is computed beside it, on a CPU without BLAS", async () => {
  const device = await createCpuDevice({ threads: 1, blas: "off" });
  const model = createTransformer(device, { shape, sparsity: columns }, 1);
  await clusterTransformer(model, { seed: 1 });
  const arena = device.arena();
  const score = async (sequences: number, mode: "dense" | "sparse") => {
    const tokens = device.tensor([sequences, LENGTH], "i32");
    device.write(
      tokens,
      Int32Array.from(Array.from({ length: sequences }, (_, i) => [...sequence(i).subarray(1)]).flat()),
    );
    const values = await device.read(logits(model, tokens, { arena, mode, positions: "all" }));
    arena.reset();
    return values.slice(0, values.length / sequences);
  };
  for (const mode of ["dense", "sparse"] as const) {
    const alone = await score(1, mode);
    for (const sequences of [2, 3, 8]) assertEquals(await score(sequences, mode), alone, `${mode}, ${sequences}`);
  }
  device.dispose();
});
