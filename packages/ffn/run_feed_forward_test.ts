import { assert, assertEquals, assertThrows } from "@std/assert";
import { isRouted, type SparsityPlan, sparsityPlans } from "@beyond24/recipe";
import { Tape } from "@beyond24/autograd";
import { createReferenceDevice } from "@beyond24/cpu";
import type { FeedForwardSparsity } from "./feed_forward_sparsity.ts";
import { refreshFeedForward } from "./packed_weights.ts";
import { sparseFeedForward } from "./run_feed_forward.ts";
import { naiveFeedForward } from "./_naive_feed_forward_test.ts";
import { type FeedForwardResult, layerOf, randomSample, runOnDevice, type Sample } from "./_testing.ts";

const venom = { v: 4, n: 2, m: 16 } as const;
const results = ["y", "dx", "dWIn", "dWOut"] as const;
const none = { operand: null, format: "none" } as const;

function assertNear(actual: FeedForwardResult, expected: FeedForwardResult, what: string): void {
  for (const name of results) {
    const scale = Math.max(...expected[name].map(Math.abs), 1e-3);
    for (const [i, value] of expected[name].entries()) {
      const difference = Math.abs((actual[name][i] ?? NaN) - value);
      assert(difference <= 1e-5 * scale, `${what}: ${name}[${i}] is ${actual[name][i]}, expected ${value}`);
    }
  }
}

async function assertNaive(sample: Sample, sparsity: FeedForwardSparsity, what: string, step = 0): Promise<void> {
  assertNear(await runOnDevice(sample, sparsity, step), naiveFeedForward(sample, sparsity, step), what);
}

for (const [name, plan] of Object.entries(sparsityPlans)) {
  Deno.test(`sparseFeedForward: plan ${name} equals full products followed by masks`, async () => {
    await assertNaive(randomSample(24, 32, 8), { plan, venom }, name);
  });
}

const unusual: Readonly<Record<string, SparsityPlan>> = {
  "hard 2:4 weights": {
    ...sparsityPlans.dense,
    y1: { operand: "wIn", format: "2:4" },
    y3: { operand: "wOut", format: "2:4" },
    dy2: { operand: "wOut", format: "2:4" },
    dx: { operand: "wIn", format: "2:4" },
  },
  "selection in the backward pass only": {
    ...sparsityPlans.dense,
    dwOut: { operand: "y2", format: "2:4" },
    dx: { operand: "dy1", format: "2:4" },
    dwIn: { operand: "dy1", format: "2:4" },
  },
  "selection in the forward pass only": { ...sparsityPlans.dense, y3: { operand: "y2", format: "2:4" } },
  "selection without bias and without a router": {
    ...sparsityPlans.dense,
    dwOut: { operand: "y2", format: "2:4", selection: "unbiased" },
    dwIn: { operand: "dy1", format: "2:4", selection: "unbiased" },
  },
  "columns only": {
    ...sparsityPlans["paper-columns"],
    y3: { operand: "y2", format: "columns" },
    dx: { operand: "dy1", format: "columns" },
  },
  "routed, with sparse weights in place of activations": {
    y1: { operand: "wIn", format: "2:4 soft" },
    y3: { operand: "wOut", format: "2:4 soft" },
    dy2: none,
    dwOut: { operand: "y2", format: "columns" },
    dx: { operand: "wIn", format: "2:4 soft" },
    dwIn: { operand: "dy1", format: "venom" },
  },
};

for (const [name, plan] of Object.entries(unusual)) {
  Deno.test(`sparseFeedForward: ${name} equals full products followed by masks`, async () => {
    await assertNaive(randomSample(24, 32, 8), { plan, venom }, name);
  });
}

Deno.test("sparseFeedForward: ragged segments, several alignments and sizes", async () => {
  for (const [tokens, align, seed] of [[1, 4, 1], [7, 4, 2], [19, 8, 3], [33, 16, 4], [21, 64, 5]] as const) {
    const sparsity = { plan: sparsityPlans.paper, venom, align };
    await assertNaive(randomSample(tokens, 48, 12, seed), sparsity, `${tokens} tokens, align ${align}`);
  }
});

for (const tokens of [1, 5, 39]) {
  Deno.test(`sparseFeedForward: plans without a router select along ${tokens} tokens, the last no four`, async () => {
    const plans = { ...unusual, ...sparsityPlans };
    for (const [name, plan] of Object.entries(plans)) {
      if (isRouted(plan)) continue;
      await assertNaive(randomSample(tokens, 32, 8), { plan, venom }, `${name}, ${tokens} tokens`);
    }
  });
}

Deno.test("sparseFeedForward: padding counts neither as tokens nor as non-zeros", async () => {
  const sparsity = { plan: sparsityPlans["activations-24"], venom };
  const { device, layer } = await runOnDevice(randomSample(5, 32, 8), sparsity);
  assertEquals(await device.read(layer.statistics.expertCounts), Int32Array.of(5));
  const [nonzero = NaN] = await device.read(layer.statistics.nonzero);
  assert(nonzero > 0 && nonzero <= 5 * 16, `at most half of 32 neurons a token: ${nonzero}`);
});

Deno.test("sparseFeedForward: plan beyond at several steps, with 16 clusters choose 4", async () => {
  for (const step of [0, 1, 2 ** 31 - 1]) {
    const sparsity = { plan: sparsityPlans.beyond, venom: { v: 4, n: 2, m: 64 }, expertsPerToken: 4 } as const;
    await assertNaive(randomSample(40, 64, 8), sparsity, `step ${step}`, step);
    await assertNaive(randomSample(40, 64, 8), { ...sparsity, tokenOrder: "sorted" }, `sorted, step ${step}`, step);
  }
});

Deno.test("sparseFeedForward: a router that probes an eighth of every cluster", async () => {
  for (const [m, neurons] of [[16, 32], [16, 128], [64, 256]] as const) {
    for (const expertsPerToken of [1, 3]) {
      const sparsity = {
        plan: sparsityPlans.beyond,
        venom: { v: 4, n: 2, m },
        expertsPerToken,
        router: "probe",
      } as const;
      await assertNaive(randomSample(24, neurons, 8), sparsity, `m ${m}, ${neurons} neurons, k ${expertsPerToken}`);
    }
  }
});

Deno.test("sparseFeedForward: a router that computes y1 in full, in every plan that routes", async () => {
  const plans = Object.entries({ ...sparsityPlans, ...unusual }).filter(([, plan]) => isRouted(plan));
  for (const [name, plan] of plans) {
    for (const [m, tokens, expertsPerToken] of [[16, 24, 1], [16, 7, 3], [32, 40, 2]] as const) {
      const sparsity = { plan, venom: { v: 4, n: 2, m }, expertsPerToken, router: "energy" } as const;
      await assertNaive(randomSample(tokens, 64, 8), sparsity, `${name}, m ${m}, k ${expertsPerToken}`);
    }
  }
});

Deno.test("sparseFeedForward: all clusters by energy are all clusters by cosine", async () => {
  const sample = randomSample(24, 64, 8);
  const sparsity = { plan: sparsityPlans["paper-columns"], venom, expertsPerToken: 4 } as const;
  const energy = await runOnDevice(sample, { ...sparsity, router: "energy" });
  assertNear(energy, await runOnDevice(sample, { ...sparsity, router: "cosine" }), "every neuron");
});

Deno.test("sparseFeedForward: y1 of all neurons is given back before the backward pass", () => {
  for (const router of ["energy", "cosine"] as const) {
    const device = createReferenceDevice();
    const sparsity = { plan: sparsityPlans["paper-columns"], venom, router };
    const layer = layerOf(device, randomSample(64, 64, 8), sparsity);
    refreshFeedForward(device, layer);
    const tape = new Tape(device, device.arena());
    sparseFeedForward(tape, tape.input(device.tensor([64, 8], "f32")), layer);
    const before = device.liveBytes;
    tape.tensor([64, 64]);
    assertEquals(device.liveBytes === before, router === "energy", `${router} leaves memory for all neurons`);
  }
});

Deno.test("sparseFeedForward: the mean over steps of unbiased weight gradients is what all tokens give", async () => {
  const sample = randomSample(24, 32, 8);
  const { beyond } = sparsityPlans;
  const columns: SparsityPlan = {
    ...beyond,
    dwOut: { operand: "y2", format: "columns" },
    dwIn: { operand: "dy1", format: "columns" },
  };
  const expected = await runOnDevice(sample, { plan: columns, venom });
  const steps = 1500;
  const sums = { dWIn: new Float64Array(32 * 8), dWOut: new Float64Array(32 * 8) };
  const squares = { dWIn: new Float64Array(32 * 8), dWOut: new Float64Array(32 * 8) };
  for (let step = 0; step < steps; step++) {
    const drawn = await runOnDevice(sample, { plan: beyond, venom }, step);
    for (const name of ["y", "dx"] as const) {
      assertEquals(drawn[name], expected[name], "no draw reaches the other products");
    }
    for (const name of ["dWIn", "dWOut"] as const) {
      for (const [i, value] of drawn[name].entries()) {
        sums[name][i] = (sums[name][i] ?? NaN) + value;
        squares[name][i] = (squares[name][i] ?? NaN) + value ** 2;
      }
    }
  }
  for (const name of ["dWIn", "dWOut"] as const) {
    for (const [i, value] of expected[name].entries()) {
      const mean = (sums[name][i] ?? NaN) / steps;
      const deviation = Math.sqrt(Math.max(0, (squares[name][i] ?? NaN) / steps - mean ** 2) / steps);
      assert(
        Math.abs(mean - value) < 5 * deviation + 1e-5 * (1 + Math.abs(value)),
        `${name}[${i}]: ${mean}, not ${value}`,
      );
    }
    assert(
      squares[name].some((square, i) => square / steps > 1.01 * ((sums[name][i] ?? NaN) / steps) ** 2),
      `${name} varies`,
    );
  }
});

Deno.test("sparseFeedForward refuses to select without bias and without a draw", () => {
  const device = createReferenceDevice();
  const layer = layerOf(device, randomSample(8, 32, 8), { plan: sparsityPlans.beyond, venom });
  refreshFeedForward(device, layer);
  const tape = new Tape(device, device.arena());
  const x = tape.input(device.tensor([8, 8], "f32"));
  assertThrows(() => sparseFeedForward(tape, x, layer), TypeError, "as its plan selects without bias: pass a draw");
});

Deno.test("sparseFeedForward: two and all experts a token", async () => {
  for (const expertsPerToken of [2, 4]) {
    for (const plan of [sparsityPlans.paper, sparsityPlans["paper-columns"], sparsityPlans.venom]) {
      await assertNaive(randomSample(18, 32, 8), { plan, venom, expertsPerToken }, `top ${expertsPerToken}`);
    }
  }
});

Deno.test("sparseFeedForward: an expert without tokens gets zero gradients and hurts nobody", async () => {
  const sample = randomSample(12, 32, 8);
  // All tokens point the way of the last cluster.
  const x = Float32Array.from(sample.x, (_, i) => sample.wIn[24 * 8 + i % 8] ?? NaN);
  const sparsity = { plan: sparsityPlans.paper, venom };
  const result = await runOnDevice({ ...sample, x }, sparsity);
  const counts = await result.device.read(result.layer.statistics.expertCounts);
  assert(counts.includes(0), `some expert must be empty: ${counts}`);
  for (const [expert, count] of counts.entries()) {
    const rows = result.dWIn.subarray(expert * 8 * 8, (expert + 1) * 8 * 8);
    assertEquals(rows.every((value) => value === 0), count === 0);
  }
  assertNear(result, naiveFeedForward({ ...sample, x }, sparsity), "empty expert");
});

Deno.test("sparseFeedForward: a device that gathers within its products gives the same in less memory", async () => {
  for (const plan of [sparsityPlans.paper, sparsityPlans.beyond, sparsityPlans.venom]) {
    for (const router of ["cosine", "energy"] as const) {
      const sparsity = { plan, venom, expertsPerToken: 2, router };
      const sample = randomSample(24, 32, 8);
      const sorting = await runOnDevice(sample, sparsity);
      const gathering = Object.assign(createReferenceDevice(), { gathersTokens: true });
      const gathered = await runOnDevice(sample, sparsity, 0, gathering);
      for (const name of results) assertEquals(gathered[name], sorting[name], name);
      assert(gathering.liveBytes < sorting.device.liveBytes);
    }
  }
});

Deno.test("sparseFeedForward: one expert and everything kept equals dense to the last bit", async () => {
  const plan: SparsityPlan = {
    ...unusual["columns only"] ?? sparsityPlans.dense,
    y1: none,
    dy2: none,
  };
  const sample = randomSample(13, 32, 8);
  const dense = await runOnDevice(sample);
  const sparse = await runOnDevice(sample, { plan, venom: { v: 8, n: 2, m: 4 } });
  for (const name of results) assertEquals(sparse[name], dense[name], name);
  const nonzeros = await Promise.all([dense, sparse].map(({ device, layer }) => device.read(layer.statistics.nonzero)));
  assertEquals(nonzeros[0], nonzeros[1]);
});

Deno.test("sparseFeedForward: statistics count tokens and non-zeros", async () => {
  const sample = randomSample(24, 32, 8);
  const { device, layer } = await runOnDevice(sample, { plan: sparsityPlans.paper, venom });
  const counts = await device.read(layer.statistics.expertCounts);
  assertEquals(Array.from(counts).reduce((a, b) => a + b, 0), 24);
  const [nonzero = NaN] = await device.read(layer.statistics.nonzero);
  assert(nonzero > 0 && nonzero <= 24 * 4, `at most half of a cluster of 8 neurons a token: ${nonzero}`);
});

Deno.test("sparseFeedForward refuses a network without sparsity", () => {
  const device = createReferenceDevice();
  const layer = layerOf(device, randomSample(4, 8, 4));
  const tape = new Tape(device, device.arena());
  assertThrows(() => sparseFeedForward(tape, tape.input(device.tensor([4, 4], "f32")), layer), TypeError);
});
