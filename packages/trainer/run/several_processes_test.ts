import { installedLaunchers, startRanks } from "@beyond24/mpi/testing";
import { readMetrics, type StepMetrics } from "@beyond24/run";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fromFileUrl, join } from "@std/path";

const main = fromFileUrl(new URL("../main.ts", import.meta.url));
const text = "Sing, O goddess, the anger of Achilles son of Peleus. ".repeat(200);
const micro = [
  ...["--preset", "tiny", "--device", "cpu", "--data", "text.txt"],
  ...["--set", "model.layers=1", "--set", "model.sequenceLength=32", "--set", "train.batchSize=6"],
  ...[
    "--set",
    "recipe=dense:6,sparse:6,dense:6",
    "--set",
    "train.checkpointEvery=9",
    "--set",
    "device.threads=1",
    "--set",
    "optimizer.warmupSteps=2",
  ],
  ...["--set", "train.validationTokens=64", "--set", "sparsity.plan=paper-columns"],
];

function program(args: readonly string[], task = "train:native"): string[] {
  return [Deno.execPath(), "run", `-P=${task}`, "--quiet", main, ...args];
}

/** A folder with a text, and how to train in it in one or several processes. */
async function workplace() {
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(join(folder, "text.txt"), text);
  const [launcher] = installedLaunchers;
  const run = async (size: number, words: readonly string[]) => {
    if (launcher === undefined) throw new Error("The test needs mpiexec");
    return await startRanks(launcher, size, words, folder);
  };
  const train = (size: number, args: readonly string[]) => run(size, program(["train", ...args]));
  const rows = (run: string) => readMetrics(join(folder, run, "metrics.jsonl"));
  const weights = (run: string, step: string) =>
    Deno.readFile(join(folder, run, "checkpoints", step, "model.safetensors"));
  return { folder, run, train, rows, weights, [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }) };
}

function losses(rows: readonly StepMetrics[]): number[] {
  return rows.map(({ loss }) => loss);
}

/** Largest relative difference. */
function distance(a: readonly number[], b: readonly number[]): number {
  return Math.max(...a.map((value, i) => Math.abs(value / (b[i] ?? NaN) - 1)));
}

const ignore = installedLaunchers.length === 0;

Deno.test({
  name:
    "two processes train one model: the losses of one process, twice the same bits; resumed by one, and by two again",
  ignore,
  fn: async () => {
    await using place = await workplace();
    for (const [size, run] of [[1, "one"], [2, "two"], [2, "again"], [3, "three"]] as const) {
      const { code, stderr } = await place.train(size, [...micro, "--out", run]);
      assertEquals(code, 0, stderr);
    }
    const one = losses(await place.rows("one"));
    assertEquals(one.length, 18);
    for (const run of ["two", "three"]) {
      const difference = distance(one, losses(await place.rows(run)));
      assert(difference < 1e-4, `${run} is ${difference} away from one process`);
    }
    for (const { tokens_per_second, tokens_per_second_each: each, waiting_ms, step_ms } of await place.rows("three")) {
      assertEquals(each, tokens_per_second / 3);
      assert(waiting_ms !== null && waiting_ms > 0 && waiting_ms < step_ms, `${waiting_ms} of ${step_ms} ms waiting`);
    }
    const [alone] = await place.rows("one");
    assertEquals([alone?.tokens_per_second_each, alone?.waiting_ms], [null, null]);
    assertEquals(await place.weights("again", "step-00000018"), await place.weights("two", "step-00000018"));
    for (const [size, run] of [[2, "two"], [3, "three"]] as const) {
      const options = ["--set", "distributed.shard=none", "--out", "whole"];
      const { code, stderr } = await place.train(size, [...micro, ...options, "--overwrite"]);
      assertEquals(code, 0, stderr);
      assertEquals(await place.weights("whole", "step-00000018"), await place.weights(run, "step-00000018"));
    }

    // Gone on with by one process, and by two again.
    const begun = [...micro, "--out", "moved"];
    assertEquals((await place.train(2, begun)).code, 0);
    for (const [size, extra, shard] of [[1, 3, "optimizer"], [2, 6, "none"], [2, 9, "optimizer"]] as const) {
      const steps = 18 + extra;
      const set = ["--set", `train.steps=${steps}`, "--set", `distributed.shard=${shard}`];
      const { code, stderr } = await place.train(size, ["--resume", "moved", ...set]);
      assertEquals(code, 0, stderr);
      assertMatch(stderr, size === 1 ? /before 2 processes .*, now (?!2)/ : extra === 6 ? /, now 2 processes / : /^$/);
      assertEquals((await place.rows("moved")).length, steps);
    }
  },
});

Deno.test({
  name: "processes that cannot train together say why, once",
  ignore,
  fn: async () => {
    await using place = await workplace();
    const uneven = await place.train(2, [...micro, "--set", "train.batchSize=5", "--out", "uneven"]);
    assert(uneven.code !== 0);
    assertStringIncludes(uneven.stderr, "Cannot share a batch of 5 sequences between 2 processes as it must divide");
    assertEquals(uneven.stderr.match(/^error: /gm)?.length, 1, uneven.stderr);
    const seed = "$((${PMI_RANK:-$OMPI_COMM_WORLD_RANK} + 1))";
    const unequal = await place.run(2, ["sh", "-c", `exec "$@" --seed ${seed}`, "sh", ...program(["train", ...micro])]);
    assert(unequal.code !== 0);
    assertStringIncludes(unequal.stderr, "all processes need the same configuration: rank 1 has another one");
    assertEquals(unequal.stderr.match(/^error: /gm)?.length, 1, unequal.stderr);
    const mistyped = await place.train(2, [...micro, "--sead", "3"]);
    assertEquals(mistyped.stderr.match(/^error: .*--sead.*/gm)?.length, 1, mistyped.stderr);
    const wrong = await place.train(2, [...micro, "--set", "model.layers=0"]);
    assertEquals(wrong.stderr.match(/^error: .*model\.layers.*/gm)?.length, 1, wrong.stderr);
    const taken = await place.train(1, [...micro, "--out", "taken"]);
    assertEquals(taken.code, 0, taken.stderr);
    const refused = await place.train(2, [...micro, "--out", "taken"]);
    assert(refused.code !== 0);
    assertMatch(refused.stderr, /error: .*taken/);
  },
});

/** What is said once of these words in two processes, of all launchers there are. */
const saidOnce = [
  ["plan", ["plan", "--sead", "3"], /^error: .*--sead/gm],
  ["plan", ["plan", "--set", "model.layers=0"], /^error: .*model\.layers/gm],
  ["plan", ["plan", "--preset", "tiny"], /^note: the first of 2 processes does this alone$/gm],
  ["plan", ["plan", "--json"], /^ {2}"parameters":/gm],
  ["explain", ["explain", "train.steps"], /^train\.steps/gm],
  ["runs", ["runs", "no/folder"], /^error: .*no\/folder/gm],
  ["train", ["train", "--print-config", "--set", "model.layers=0"], /^error: .*model\.layers/gm],
  ["train:native", ["train", "--print-config"], /^ {2}"preset":/gm],
  ["train:native", ["train", "--help"], /^Usage:/gm],
  ["train", ["trian"], /^error: .*trian/gm],
] as const;

for (const launcher of installedLaunchers) {
  Deno.test(`of processes of ${launcher.command} the first alone does what they do not do together`, async () => {
    for (const [task, words, said] of saidOnce) {
      const { stdout, stderr } = await startRanks(launcher, 2, program(words, task));
      assertEquals(`${stdout}\n${stderr}`.match(said)?.length, 1, `${words.join(" ")}: ${stdout}${stderr}`);
    }
  });
}
