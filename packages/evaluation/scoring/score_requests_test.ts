import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { createCpuDevice, createReferenceDevice } from "@beyond24/cpu";
import { writeParameter } from "@beyond24/autograd";
import type { Device } from "@beyond24/device";
import { randomValues } from "@beyond24/device/contract";
import { sparsityPlans } from "@beyond24/recipe";
import {
  clusterTransformer,
  createTransformer,
  logits,
  type Transformer,
  transformerParameters,
} from "@beyond24/transformer";
import { EvaluationError } from "../evaluation_error.ts";
import type { EncodedRequest } from "./encode_request.ts";
import { type ScoredRequest, scoreRequests } from "./score_requests.ts";

const shape = {
  layers: 2,
  dModel: 32,
  dFfn: 64,
  heads: 4,
  kvHeads: 2,
  headDim: 8,
  vocabularySize: 29,
  sequenceLength: 24,
};

/** A model in which every part matters, so that a wrong token shows. */
function roughModel(device: Device, plan?: keyof typeof sparsityPlans): Transformer {
  const sparsity = plan && { sparsity: { plan: sparsityPlans[plan], venom: { v: 4, n: 2, m: 8 } as const } };
  const model = createTransformer(device, { shape, ...sparsity }, 1);
  for (const [seed, parameter] of transformerParameters(model).entries()) {
    const count = parameter.shape.reduce((a, b) => a * b, 1);
    const values = randomValues(count, seed + 2);
    writeParameter(
      device,
      parameter,
      parameter.shape.length === 1 ? values.map((x) => 1 + x / 2) : values.map((x) => x / 2),
    );
  }
  return model;
}

const request = (context: readonly number[], continuation: readonly number[]): EncodedRequest => ({
  input: Int32Array.from([...context, ...continuation].slice(0, -1)),
  targets: Int32Array.from(continuation),
  cut: 0,
});

const long = Array.from({ length: 20 }, (_, i) => (i * 7 + 3) % 29);

/**
 * Shared contexts, continuations of one token, equal requests, one that is the beginning of another, one of full
 * length.
 */
const groups: EncodedRequest[][] = [
  [request([1, 2, 3], [4]), request([1, 2, 3], [5]), request([1, 2, 3], [4, 5, 6])],
  [request(long, [1, 2, 3, 4, 5])],
  [request([1, 2], [3, 4]), request([1, 2], [3, 4])],
  [request([9, 8, 7, 6, 5, 4], [3]), request([9, 8, 7], [6, 5, 4]), request([9], [9])],
  [request(long, [1]), request(long.slice(0, 12), [8, 1, 9])],
];

/** One request at a time, from the scores of all positions. */
async function oneByOne(model: Transformer, { input, targets }: EncodedRequest, mode: "dense" | "sparse") {
  const { device } = model;
  const tokens = device.tensor([1, input.length], "i32");
  device.write(tokens, input);
  const arena = device.arena();
  const scores = await device.read(logits(model, tokens, { arena, mode, positions: "all" }));
  const rows = Array.from(targets, (target, i) => {
    const at = input.length - targets.length + i;
    const row = Array.from(scores.subarray(at * 29, (at + 1) * 29));
    const sum = row.reduce((total, score) => total + Math.exp(score), 0);
    return { value: (row[target] ?? NaN) - Math.log(sum), isFirst: row.indexOf(Math.max(...row)) === target };
  });
  arena.dispose();
  device.free(tokens);
  return {
    logLikelihood: rows.reduce((sum, { value }) => sum + value, 0),
    isGreedy: rows.every(({ isFirst }) => isFirst),
  };
}

async function expectScores(model: Transformer, mode: "dense" | "sparse", batch: number): Promise<void> {
  const scored = await scoreRequests(model, groups, { mode, batch });
  for (const [group, requests] of groups.entries()) {
    for (const [place, single] of requests.entries()) {
      const expected = await oneByOne(model, single, mode);
      const actual = scored?.[group]?.[place];
      assertAlmostEquals(actual?.logLikelihood ?? NaN, expected.logLikelihood, 1e-4);
      assertEquals(actual?.isGreedy, expected.isGreedy);
    }
  }
}

Deno.test("scoreRequests gives what one request at a time gives, whatever a pass holds", async () => {
  using device = await disposable(createCpuDevice({ threads: 1 }));
  const model = roughModel(device.it);
  const before = device.it.liveBytes;
  for (const batch of [1, 20, 1000]) await expectScores(model, "dense", batch);
  assertEquals(device.it.liveBytes, before);
});

for (const plan of ["paper", "beyond"] as const) {
  Deno.test(`scoreRequests: sparse passes of plan ${plan}, and dense ones of that model, which differ`, async () => {
    using device = await disposable(createCpuDevice({ threads: 1 }));
    const model = roughModel(device.it, plan);
    await clusterTransformer(model, { seed: 1 });
    await expectScores(model, "sparse", 1000);
    await expectScores(model, "dense", 1000);
    const [sparse, dense] = [
      await scoreRequests(model, groups, { mode: "sparse" }),
      await scoreRequests(model, groups),
    ];
    assert(Math.abs((sparse?.[1]?.[0]?.logLikelihood ?? 0) - (dense?.[1]?.[0]?.logLikelihood ?? 0)) > 1e-2);
  });
}

Deno.test("scoreRequests ends after a batch, and goes on from its log to the same bits", async () => {
  using device = await disposable(createCpuDevice({ threads: 1 }));
  const model = roughModel(device.it);
  const whole = await scoreRequests(model, groups, { batch: 12 });
  const kept = new Map<number, readonly ScoredRequest[]>();
  const stop = new AbortController();
  const log = {
    get: (batch: number) => kept.get(batch),
    put: (batch: number, scores: readonly ScoredRequest[]) => {
      kept.set(batch, scores);
      if (kept.size === 2) stop.abort();
      return Promise.resolve();
    },
  };
  assertEquals(await scoreRequests(model, groups, { batch: 12, log, signal: stop.signal }), undefined);
  assertEquals(kept.size, 2);
  const told: string[] = [];
  const onProgress = (scored: number, all: number) => void told.push(`${scored}/${all}`);
  assertEquals(await scoreRequests(model, groups, { batch: 12, log, onProgress }), whole);
  assertEquals(told.at(-1), "11/11");
});

/** The device with some members of another. */
function changed(device: Device, members: Partial<Device>): Device {
  return new Proxy(device, {
    get(target, name) {
      const value: unknown = Reflect.get(name in members ? members : target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

Deno.test("scoreRequests starts a pass before the one before it is read, and gives the same bits", async () => {
  using device = await disposable(createCpuDevice({ threads: 1 }));
  const model = roughModel(device.it);
  const expected = await scoreRequests(model, groups, { batch: 12 });
  const events: string[] = [];
  const late = changed(device.it, {
    submit: () => void events.push("start"),
    read: async (tensor) => {
      const reading = device.it.read(tensor);
      await new Promise((resolve) => setTimeout(resolve, 20));
      events.push("read");
      return await reading;
    },
  });
  assertEquals(await scoreRequests({ ...model, device: late }, groups, { batch: 12 }), expected);
  assertEquals(events.slice(0, 4), ["start", "start", "read", "read"]);
  assertEquals(
    events.filter((event) => event === "read").length,
    2 * events.filter((event) => event === "start").length,
  );
});

Deno.test("scoreRequests keeps the passes that it has started when it is ended", async () => {
  using device = await disposable(createCpuDevice({ threads: 1 }));
  const model = roughModel(device.it);
  const late = changed(device.it, {
    read: async (tensor) => {
      const reading = device.it.read(tensor);
      await new Promise((resolve) => setTimeout(resolve, 20));
      return await reading;
    },
  });
  const kept: number[] = [];
  const stop = new AbortController();
  const log = {
    get: () => undefined,
    put: (batch: number) => {
      kept.push(batch);
      stop.abort();
      return Promise.resolve();
    },
  };
  const options = { batch: 12, log, signal: stop.signal };
  assertEquals(await scoreRequests({ ...model, device: late }, groups, options), undefined);
  assertEquals(kept, [0, 1]);
});

Deno.test("scoreRequests with the sizes of a GPU, few and generous, gives the same bits", async () => {
  // Whose sums have one order, whatever the sizes.
  using device = await disposable(createReferenceDevice());
  const model = roughModel(device.it);
  const gpu = { ...model, device: changed(device.it, { name: "cuda" }) };
  for (const batch of [12, 1000]) {
    assertEquals(await scoreRequests(gpu, groups, { batch }), await scoreRequests(model, groups, { batch }));
  }
});

Deno.test("scoreRequests refuses a model that has diverged", async () => {
  using device = await disposable(createCpuDevice({ threads: 1 }));
  const model = roughModel(device.it);
  writeParameter(device.it, model.norm, new Float32Array(32).fill(NaN));
  await assertRejects(() => scoreRequests(model, groups), EvaluationError, "current value is NaN, it has diverged");
});

async function disposable(opened: Device | Promise<Device>): Promise<{ readonly it: Device } & Disposable> {
  const it = await opened;
  return { it, [Symbol.dispose]: () => it.dispose() };
}
