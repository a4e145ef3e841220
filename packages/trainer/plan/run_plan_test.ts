import { assert, assertAlmostEquals, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { createCpuDevice } from "@beyond24/cpu";
import type { GpuName } from "@beyond24/recipe";
import { applyConfig, presetConfig } from "@beyond24/run";
import { TrainingSession } from "@beyond24/session";
import { join } from "@std/path";
import { CaptureTerminal, withFolder } from "../_testing.ts";
import { runCommandLine } from "../cli/command_line.ts";
import { sessionConfig } from "../config/session_config.ts";
import { describePlan } from "./describe_plan.ts";
import { planJson, runPlan } from "./run_plan.ts";

Deno.test("runPlan adds up for every preset", () => {
  for (const name of ["tiny", "small", "llama-125m", "llama-350m", "llama-1b", "llama-7b"]) {
    const config = presetConfig(name);
    const plan = runPlan(config);
    const parts = Object.values(plan.components);
    assertAlmostEquals(parts.reduce((sum, { share }) => sum + share, 0), 1);
    assertAlmostEquals(parts.reduce((sum, { denseFlops }) => sum + denseFlops, 0) / plan.total.denseFlops, 1);
    assertEquals(plan.steps, config.train.steps);
    assert(plan.executedFlops < plan.denseEquivalentFlops);
    const [paper, flops, limit] = plan.speedups.map(({ run }) => run);
    assert(1 < (paper ?? 0) && (paper ?? 0) < (flops ?? 0) && (flops ?? 0) < (limit ?? 0));
    assert(!/NaN|undefined/.test(describePlan(config, plan)));
  }
});

Deno.test("runPlan of a dense run executes every FLOP and gains nothing", () => {
  const config = applyConfig(presetConfig("tiny"), { recipe: [{ phase: "dense", steps: 10 }] }, "a test");
  const plan = runPlan(config);
  assertEquals(plan.executedFlops, plan.denseEquivalentFlops);
  assertEquals(plan.speedups.map(({ run }) => run), [1, 1, 1]);
});

Deno.test("runPlan predicts what plan, format and top-k allow", () => {
  const ffn = (values: Record<string, unknown>) =>
    runPlan(applyConfig(presetConfig("tiny"), { "sparsity.plan": "paper", ...values }, "a test")).speedups
      .map(({ ffn }) => ffn.toFixed(2)).join();
  assertEquals(ffn({}), "3.00,8.00,Infinity");
  assertEquals(ffn({ "sparsity.expertsPerToken": 4 }), "1.50,2.00,Infinity");
  assertEquals(ffn({ "sparsity.m": 4 }), "1.50,2.00,Infinity");
  assertEquals(ffn({ "sparsity.m": 32, "sparsity.expertsPerToken": 2 }), "3.00,8.00,Infinity");
  const beyond = { "sparsity.plan": "beyond", "sparsity.router": "cosine" };
  assertEquals(ffn(beyond), "3.00,8.00,Infinity", "16 clusters choose 4");
  assertEquals(ffn({ ...beyond, "sparsity.m": 32 }), ffn({ "sparsity.m": 8 }), "8 clusters choose 4");
  assertEquals(ffn({ ...beyond, "sparsity.m": 32, "sparsity.expertsPerToken": 1 }), ffn({ "sparsity.m": 32 }));
  assertEquals(ffn({ "sparsity.plan": "beyond" }), "3.00,5.33,Infinity", "its own router takes y1 of all neurons");
  assertEquals(ffn({ "sparsity.plan": "dense" }), "1.00,1.00,1.00");
  assertEquals(ffn({ "sparsity.plan": "w1" }), "1.06,1.09,1.20");
  assertEquals(ffn({ "sparsity.plan": "venom" }), "2.25,6.00,12.00");
});

Deno.test("runPlan counts first layers that stay dense: FLOPs, packed weights, speed-ups", () => {
  const of = (denseLayers: number, plan = "paper") => {
    const values = { "model.layers": 4, "sparsity.plan": plan, "sparsity.denseLayers": denseLayers };
    return runPlan(applyConfig(presetConfig("tiny"), values, "a test"));
  };
  const ffn = (plan: ReturnType<typeof of>) => plan.speedups.map(({ ffn }) => ffn.toFixed(2)).join();
  assertEquals(ffn(of(0)), "3.00,8.00,Infinity");
  assertEquals(ffn(of(1)), "2.00,2.91,4.00", "1 / (1/4 + 3/4 / 3), 1 / (1/4 + 3/4 / 8), 4");
  assertEquals(ffn(of(3)), "1.20,1.28,1.33");
  assertEquals(ffn(of(1, "dense")), "1.00,1.00,1.00");
  const [none, half] = [of(0), of(2)];
  const { ffn: all } = none.components;
  assertAlmostEquals(half.components.ffn.sparseFlops, (all.denseFlops + all.sparseFlops) / 2, 1e-6);
  assertEquals(half.components.router.sparseFlops, none.components.router.sparseFlops / 2);
  assertEquals(half.memoryBfloat16.packed, none.memoryBfloat16.packed / 2);
  assertEquals(half.time.denseHours, none.time.denseHours);
  assert(half.time.hours > none.time.hours && half.executedFlops > none.executedFlops);
});

Deno.test("planJson has a number or a word for every figure", () => {
  for (const plan of ["paper", "dense", "w1"]) {
    const json = planJson(runPlan(applyConfig(presetConfig("tiny"), { "sparsity.plan": plan }, "a test")));
    assert(!/null|Infinity|NaN/.test(json));
    assertEquals(JSON.parse(json).sparsity.plan, plan);
    const { ffn, step, run } = JSON.parse(json).speedups[2];
    assertEquals([typeof ffn, typeof step, typeof run], [plan === "paper" ? "string" : "number", "number", "number"]);
  }
});

Deno.test("runPlan says what a device holds while it trains", async () => {
  for (const preset of ["tiny", "small"]) {
    const config = applyConfig(presetConfig(preset), { "train.steps": 2, "optimizer.warmupSteps": 1 }, "a test");
    const device = await createCpuDevice({ threads: 1, blas: "off" });
    const { train: { batchSize }, model: { sequenceLength } } = config;
    const zeros = new Int32Array(batchSize * sequenceLength);
    const dense = { ...sessionConfig(config), recipe: [{ phase: "dense", steps: 1 } as const] };
    const session = new TrainingSession(device, dense, () => ({ inputs: zeros, targets: zeros }));
    await session.runSteps(1);
    assertAlmostEquals(device.liveBytes / runPlan(config).memoryFloat32.total, 1, 0.06, preset);
    device.dispose();
  }
});

Deno.test("runPlan counts the router's work on all clusters of plan beyond, and its packed weights", () => {
  const of = (plan: string, m: number) => {
    const same = { "sparsity.router": "cosine", "sparsity.denseLayers": 0 };
    const values = { ...same, "sparsity.plan": plan, "sparsity.m": m, "sparsity.expertsPerToken": m / 32 };
    return runPlan(applyConfig(presetConfig("llama-1b"), values, "a test"));
  };
  const [paper, beyond] = [of("paper", 32), of("beyond", 64)];
  assertEquals(beyond.components.ffn, paper.components.ffn);
  assertEquals(beyond.components.router.sparseFlops, 2 * paper.components.router.sparseFlops);
  assertEquals(beyond.memoryBfloat16, paper.memoryBfloat16);
});

Deno.test("runPlan says what a device holds in routed steps, where several clusters a token need most", async () => {
  const recipe = [{ phase: "sparse", steps: 1 }];
  for (const plan of ["paper", "beyond"]) {
    const clusters = { "sparsity.m": 64, "sparsity.expertsPerToken": 8, "optimizer.warmupSteps": 1 };
    const config = applyConfig(presetConfig("tiny"), { recipe, "sparsity.plan": plan, ...clusters }, "a test");
    const device = await createCpuDevice({ threads: 1, blas: "off" });
    const tokens = config.train.batchSize * config.model.sequenceLength;
    const inputs = Int32Array.from({ length: tokens }, (_, i) => i * 7 % 256);
    const session = new TrainingSession(device, sessionConfig(config), () => ({ inputs, targets: inputs }));
    await session.runSteps(1);
    const { total } = runPlan(config).memoryFloat32;
    assertAlmostEquals(device.liveBytes / total, 1, 0.06, plan);
    assert(total > 1.1 * runPlan(presetConfig("tiny")).memoryFloat32.total);
    device.dispose();
  }
});

Deno.test("runPlan counts layers that are computed again: a forward pass more, and all but their inputs less", () => {
  const of = (recompute: boolean, recipe = [{ phase: "dense", steps: 10 }]) =>
    runPlan(applyConfig(presetConfig("llama-1b"), { "train.recompute": recompute, recipe }, "a test"));
  const [kept, again] = [of(false), of(true)];
  const layers = kept.components.ffn.share + kept.components.attention.share +
    kept.components.attentionProjections.share;
  assertAlmostEquals(again.executedFlops / kept.executedFlops, 1 + layers / 3, 1e-12);
  const adamW = kept.time.denseHours - kept.denseEquivalentFlops / (0.5 * 989.5e12) / 3600;
  assertAlmostEquals((again.time.hours - adamW) / (kept.time.hours - adamW), 1 + layers / 3, 1e-12);
  assertEquals(again.denseEquivalentFlops, kept.denseEquivalentFlops);
  assert(again.memoryBfloat16.activations < kept.memoryBfloat16.activations / 5);
  assertEquals(again.memoryBfloat16.moments, kept.memoryBfloat16.moments);
});

Deno.test("runPlan counts the dense twin, which packs no weights", () => {
  const alone = runPlan(presetConfig("small")).memoryFloat32;
  const both = runPlan(applyConfig(presetConfig("small"), { "train.baseline": true }, "a test")).memoryFloat32;
  assertEquals(both.total, 2 * alone.total - alone.packed);
});

Deno.test("describePlan prints the figures of the paper's 7B model", () => {
  const config = presetConfig("llama-7b", "paper");
  const text = describePlan(config, runPlan(config));
  for (const part of ["6,688,083,968", "59.4 %", "3.00×", "13.4 GB", "48,000, of them sparse 9,000"]) {
    assertStringIncludes(text, part);
  }
});

Deno.test("describePlan says how sparse steps are computed: clusters, who chooses, dense layers", () => {
  const config = presetConfig("llama-1b");
  const row = "beyond, 64:2:64, 16 experts, 2 for each token (router: probe), the first layer dense";
  assertStringIncludes(describePlan(config, runPlan(config)), row);
  const dense = applyConfig(config, { recipe: [{ phase: "dense", steps: 10 }] }, "a test");
  assert(!describePlan(dense, runPlan(dense)).includes("sparse steps"));
});

Deno.test("a plan counts the tables of a router that chooses by token, apart from packed weights", () => {
  const [probing, looking] = ["probe", "token"].map((router) => {
    const config = applyConfig(presetConfig("llama-125m"), { "sparsity.router": router }, "a test");
    const plan = runPlan(config);
    return { memory: plan.memoryBfloat16, text: describePlan(config, plan) };
  });
  assertEquals(looking?.memory.packed, probing?.memory.packed);
  assertEquals([probing?.memory.tables, looking?.memory.tables], [0, 11 * 32_000 * 24 * 4]);
  assertEquals([probing, looking].map((plan) => plan?.text.includes("tables of the router")), [false, true]);
});

Deno.test("a plan says whether a run fits a GPU, by how much it does not, and with what it would", () => {
  const text = (preset: string, gpu: GpuName, gpus?: number) => {
    const config = presetConfig(preset, "paper");
    return describePlan(config, runPlan(config, { gpu, ...(gpus === undefined ? {} : { gpus }) }));
  };
  assertStringIncludes(text("llama-1b", "h100"), "It fits one H100: 55.1 GB of 80.0 GB, in bfloat16.");
  assertStringIncludes(
    text("llama-7b", "h100"),
    "It does not fit one H100: 200 GB in bfloat16, 120 GB more than its 80.0 GB. It would with\n  --gpus 4 train.recomp",
  );
  assertStringIncludes(text("llama-7b", "h100", 2), "It does not fit each H100: ");
});

Deno.test("a run takes as long on one GPU as on a number of one, and its dense twin has its time beside it", () => {
  const config = presetConfig("llama-1b", "paper");
  const { time, gpus } = runPlan(config, { gpus: 1 });
  assertEquals(
    [time.hours, time.denseHours],
    [gpus?.none.run.hidden, gpus?.none.twin.hidden].map((ms = 0) => ms / 3.6e6),
  );
  const both = applyConfig(config, { "train.baseline": true }, "a test");
  assertMatch(describePlan(both, runPlan(both)), /4\.74 h, its dense twin 5\.52 h, one after the other 10\.3 h/);
});

Deno.test("plan refuses a network without GPUs that would use it, and says where those of one machine do not", async () => {
  const [alone, eight] = [new CaptureTerminal(), new CaptureTerminal()];
  assertEquals(await runCommandLine(["plan", "--network", "100"], alone), 2);
  assertStringIncludes(alone.errors, "Cannot use --network without --gpus");
  const words = ["plan", "--gpus", "4", "--network", "100"];
  assertEquals(await runCommandLine(words, eight), 0, eight.errors);
  assertStringIncludes(eight.written, "the network between machines is not used");
});

Deno.test("a plan of a small run says its time in seconds", () => {
  const config = presetConfig("small");
  const plan = runPlan(config);
  const shown = (hours: number) => describePlan(config, { ...plan, time: { ...plan.time, hours } });
  assertStringIncludes(shown(1e-5), "under 1 s");
  assertStringIncludes(shown(0.01), "36.0 s");
  assertStringIncludes(shown(0.5), "30 min 00 s");
  assertStringIncludes(shown(12.34), "12.3 h");
});

Deno.test("a plan with data says tokens a parameter, epochs of each source, and hours on a GPU", () =>
  withFolder(async (folder) => {
    const text = join(folder, "text.txt");
    const { size } = await Deno.stat(text);
    const terminal = new CaptureTerminal();
    const words = ["plan", "--data", `${text}=3`, `${text}=1`, "--gpu", "a100", "--json"];
    assertEquals(await runCommandLine(words, terminal), 0, terminal.errors);
    const plan = JSON.parse(terminal.written);
    const tokens = size - Math.floor(size * 0.05);
    const source = { path: text, tokens };
    assertEquals(plan.data, [
      { ...source, weight: 0.75, epochs: 0.75 * plan.tokens / tokens },
      { ...source, weight: 0.25, epochs: 0.25 * plan.tokens / tokens },
    ]);
    assertEquals(plan.tokensPerParameter, plan.tokens / plan.parameters.total);
    const adamW = plan.steps * plan.parameters.total * (2 * (4 + 8) + 4 + 2) / 2.039e12 / 3600;
    const products = plan.denseEquivalentFlops / (0.5 * 312e12) / 3600;
    assertAlmostEquals(plan.time.denseHours, products + adamW, 1e-12);
    assertAlmostEquals(plan.time.hours, products / plan.speedups[0].run + adamW, 1e-12);
    const shown = new CaptureTerminal();
    await runCommandLine(["plan", "--data", text], shown);
    assertStringIncludes(shown.written, `${text}: ${tokens.toLocaleString("en-US")} tokens, `);
    assertStringIncludes(shown.written, "time on one H100");
  }));
