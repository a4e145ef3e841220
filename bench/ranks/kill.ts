// deno-lint-ignore-file no-console
/**
 * Ends one process of a run of two with SIGKILL at random moments, waits until all have ended, lets the run go on, and
 * compares the last checkpoint with that of an undisturbed run. Two processes of `mpiexec` on the CPU.
 *
 * Run: `deno run -A bench/ranks/kill.ts [KILLS=30] [SEED=1]`
 *
 * @module
 */
import { createHash } from "node:crypto";
import { fromFileUrl } from "@std/path";
import { installedLaunchers } from "@beyond24/mpi/testing";
import { Draws } from "../../packages/data/fuzz/_mutate.ts";

const [kills = "30", seed = "1"] = Deno.args;
const draws = new Draws(Number(seed));
const folder = await Deno.makeTempDir();
const main = fromFileUrl(new URL("../../packages/trainer/main.ts", import.meta.url));
const [launcher] = installedLaunchers;
if (launcher === undefined) throw new Error("Cannot start two processes as there is no mpiexec: install mpich");
await Deno.writeTextFile(`${folder}/text.txt`, await Deno.readTextFile(main.replace("main.ts", "README.md")));
const settings = [
  ...["model.layers=1", "model.sequenceLength=64", "device.threads=1", "train.checkpointEvery=4"],
  ...["train.steps=32", "recipe=dense:12,sparse:12,dense:8", "optimizer.warmupSteps=2", "train.validationTokens=64"],
];

/** Begins a run or goes on with it, whatever is there of it. */
async function train(out: string): Promise<Deno.ChildProcess> {
  const isThere = await Deno.stat(`${out}/config.json`).then(() => true, () => false);
  const begin = ["--preset", "tiny", "--data", `${folder}/text.txt`, "--overwrite", "--set", ...settings, "--out", out];
  const words = ["train", "--device", "cpu", ...isThere ? ["--resume", out] : begin];
  const program = [Deno.execPath(), "run", "-P=train:native", "--quiet", main, ...words];
  return new Deno.Command(launcher?.command ?? "", {
    args: [...launcher?.args ?? [], "-n", "2", ...program],
    stdout: "null",
    stderr: "null",
  }).spawn();
}

/** Process ids of the ranks of a run. */
async function ranksOf(out: string): Promise<number[]> {
  const pids: number[] = [];
  for await (const { name } of Deno.readDir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const words = (await Deno.readTextFile(`/proc/${name}/cmdline`).catch(() => "")).split("\0");
    if (words[0] === Deno.execPath() && words.includes(out)) pids.push(Number(name));
  }
  return pids;
}

/** A digest of the last checkpoint. */
async function lastCheckpoint(out: string): Promise<string> {
  const names = [...Deno.readDirSync(`${out}/checkpoints`)].map(({ name }) => name).toSorted();
  const hash = createHash("sha256");
  for (const file of ["model", "optimizer"]) {
    hash.update(await Deno.readFile(`${out}/checkpoints/${names.at(-1)}/${file}.safetensors`));
  }
  return `${names.at(-1)} ${hash.digest("hex")}`;
}

/** Ends one of the ranks when it is time; milliseconds from then until all have ended. Undefined: they were faster. */
async function killOne(out: string, run: Deno.ChildProcess, wait: number): Promise<number | undefined> {
  await Promise.race([run.status, new Promise((resolve) => setTimeout(resolve, wait))]);
  const pids = await ranksOf(out);
  const victim = pids[draws.below(Math.max(1, pids.length))];
  if (victim === undefined) return undefined;
  const began = performance.now();
  try {
    Deno.kill(victim, "SIGKILL");
  } catch {
    return undefined;
  }
  await run.status;
  while ((await ranksOf(out)).length > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  return performance.now() - began;
}

const whole = `${folder}/whole`;
const started = performance.now();
if (!(await (await train(whole)).status).success) throw new Error("The undisturbed run failed");
const duration = performance.now() - started;
const expected = await lastCheckpoint(whole);
const times: number[] = [];
let [runs, equal] = [0, 0];
while (times.length < Number(kills)) {
  const out = `${folder}/killed-${runs++}`;
  for (;;) {
    const run = await train(out);
    const took = times.length < Number(kills) ? await killOne(out, run, draws.below(duration)) : undefined;
    if (took !== undefined) times.push(took);
    else if ((await run.status).success) break;
  }
  const isEqual = await lastCheckpoint(out) === expected;
  equal += Number(isEqual);
  console.log(`run ${runs}: ${times.length} kills so far, the last checkpoint is ${isEqual ? "equal" : "NOT equal"}`);
}
console.log(
  `${times.length} kills, ${runs} runs (${
    (duration / 1000).toFixed(1)
  } s undisturbed), ${equal} of them equal to the ` +
    `undisturbed one; all processes had ended after at most ${Math.max(...times).toFixed(0)} ms`,
);
await Deno.remove(folder, { recursive: true });
if (equal < runs) Deno.exit(1);
