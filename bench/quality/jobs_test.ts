import { UsageError } from "@beyond24/run";
import { resolveConfig } from "@beyond24/trainer";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { qualityRuns, type RunName } from "./experiments.ts";
import {
  chooseJobs,
  jobName,
  jobValues,
  type QualityJob,
  recipeOf,
  stepsOf,
  timingName,
  timingValues,
} from "./jobs.ts";
import { qualitySizes, type SizeName } from "./sizes.ts";
import { countSteps } from "./step_times.ts";

const sizes = Object.keys(qualitySizes) as SizeName[];

function job(run: RunName, steps = 4000): QualityJob {
  return { size: "23m", run, seed: 1, steps };
}

function configOf(values: Readonly<Record<string, unknown>>, preset: string) {
  const assignments = Object.entries(values).map(([key, value]) => `${key}=${value}`);
  return resolveConfig({ preset, assignments });
}

Deno.test("every run of every size is a configuration that train takes, short ones too", async () => {
  for (const size of sizes) {
    for (const steps of [qualitySizes[size].steps, 10]) {
      for (const one of chooseJobs({ sizes: [size], seeds: [1], only: [], steps })) {
        const { preset } = qualitySizes[size];
        const { train, recipe } = await configOf(jobValues(one), preset);
        assertEquals(train.steps, stepsOf(one), jobName(one));
        assertEquals(recipe.reduce((sum, phase) => sum + phase.steps, 0), train.steps);
        await configOf(timingValues(one), preset);
      }
    }
  }
});

Deno.test("runs of a size and a seed differ in what they are named for alone", async () => {
  const [dense, sparse] = await Promise.all(
    [job("dense-stable"), job("beyond-50")].map((one) => configOf(jobValues(one), "tiny")),
  );
  assertEquals(dense?.model, sparse?.model);
  assertEquals(dense?.train, sparse?.train);
  assertEquals(dense?.optimizer, sparse?.optimizer);
});

Deno.test("a variant differs from its plan in what it is named for, and has times of its own", async () => {
  const [plan, eighth] = await Promise.all(
    [job("beyond-50"), job("beyond-eighth-50")].map((one) => configOf(jobValues(one), "tiny")),
  );
  const shareOf = (
    config = plan,
  ) => [config?.sparsity.m, config?.sparsity.expertsPerToken, config?.sparsity.denseLayers];
  assertEquals(shareOf(plan), [64, 4, 0], "a quarter of the neurons");
  assertEquals(shareOf(eighth), [64, 2, 1], "an eighth");
  assertEquals([plan?.sparsity.clusters, eighth?.sparsity.clusters], ["weights", "activations"]);
  assertEquals(eighth?.recipe, plan?.recipe);
  assertEquals([job("beyond-50"), job("beyond-eighth-50"), job("dense-f4")].map(timingName), [
    "23m/beyond",
    "23m/beyond-eighth",
    "23m/dense-f4",
  ]);
});

Deno.test("recipes are those of the paper's tables", () => {
  assertEquals(recipeOf(job("dense")), "dense:4000");
  assertEquals(recipeOf(job("paper-50")), "dense:100,sparse:1900,dense:2000");
  assertEquals(recipeOf(job("paper-67")), "dense:100,sparse:2567,dense:1333");
  assertEquals(recipeOf(job("w1")), "dense:100,sparse:3900");
  assertEquals(recipeOf(job("beyond-50", 800)), "dense:20,sparse:380,dense:400");
  assertEquals(recipeOf(job("dense-short-75")), "dense:3000");
  assertEquals(recipeOf(job("paper-50", 1)), "dense:1");
  assertEquals(countSteps("dense:100,sparse:1900,dense:2000"), { dense: 2100, sparse: 1900 });
});

Deno.test("a stable rate comes with its own twin and differs in the rate alone", async () => {
  const chosen = chooseJobs({ sizes: ["23m"], seeds: [1], only: ["schedule/beyond-50"] });
  assertEquals(chosen.map(({ run }) => run), ["dense-stable", "beyond-50"]);
  const [cosine, stable] = await Promise.all(
    [job("beyond-50-cosine"), job("beyond-50")].map((one) => configOf(jobValues(one), "tiny")),
  );
  assertEquals(cosine && { ...cosine.optimizer, decay: "linear", decayRatio: 0.2 }, stable?.optimizer);
  assertEquals({ ...cosine, optimizer: stable?.optimizer }, stable);
});

Deno.test("small's stable rate falls as its preset's does, the twin's too; a cosine stays one", async () => {
  const optimizerOf = async (run: RunName) =>
    (await configOf(jobValues({ size: "small", run, seed: 1, steps: 1600 }), "small")).optimizer;
  const { optimizer } = await resolveConfig({ preset: "small" });
  assertEquals(await optimizerOf("beyond-50"), optimizer);
  assertEquals(await optimizerOf("dense-stable"), optimizer);
  assertEquals(await optimizerOf("beyond-50-cosine"), { ...optimizer, decay: "cosine", decayRatio: 1 });
});

Deno.test("a dense network with fewer neurons is the capacity row", async () => {
  assertEquals((await configOf(jobValues(job("dense-f4")), "tiny")).model.dFfn, 512);
  assertEquals((await configOf(jobValues({ ...job("dense-f8"), size: "small" }), "small")).model.dFfn, 256);
});

Deno.test("a million tokens are validated at the sizes for GPUs", async () => {
  for (const size of ["23m", "100m", "125m"] as const) {
    const { train } = await configOf(jobValues({ ...job("dense"), size }), "tiny");
    assert(train.validationTokens >= 1_000_000);
  }
});

Deno.test("chooseJobs takes tables and rows, each run once, seed by seed, with the dense run", () => {
  const names = (only: string[], seeds = [1]) => chooseJobs({ sizes: ["23m"], seeds, only }).map(jobName);
  assertEquals(names(["table2"], [1, 2]), [
    "23m/dense.seed1",
    "23m/paper-50.seed1",
    "23m/dense-stable.seed1",
    "23m/beyond-50.seed1",
    "23m/dense.seed2",
    "23m/paper-50.seed2",
    "23m/dense-stable.seed2",
    "23m/beyond-50.seed2",
  ]);
  assertEquals(names(["table3/w1", "table2"]).length, 5);
  assertEquals(new Set(names([])), new Set(Object.keys(qualityRuns).map((run) => `23m/${run}.seed1`)));
  assertThrows(() => names(["table9"]), Error, "Cannot find table table9");
  assertThrows(() => names(["table3/w9"]), Error, "Cannot find row of table3 w9");
});

Deno.test("chooseJobs refuses names with an empty part or one too many", () => {
  for (const name of ["table3/w1/x", "table3/w1/", "table2/", "/w1", "/", ""]) {
    const { message } = assertThrows(
      () => chooseJobs({ sizes: ["23m"], seeds: [1], only: ["table2", name] }),
      UsageError,
    );
    const words = `a table, or a table and a row of it: current value is ${name || "nothing"}; name them as in table3`;
    assertEquals(message.startsWith(`Cannot use --only as each must be ${words}`), true, message);
  }
});

Deno.test("a shorter study has names of its own", () => {
  assertEquals(jobName(job("dense-short-50", 4000)), "23m/dense-short-50.seed1");
  assertEquals(jobName(job("dense", 800)), "23m/dense.seed1.steps800");
});
