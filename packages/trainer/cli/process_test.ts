import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { checkpointDigest, microConfig, withFolder } from "../_testing.ts";

const main = fromFileUrl(new URL("../main.ts", import.meta.url));

/** Starts the command line as a process of its own, which may read and write and nothing else. */
function start(...args: string[]): Deno.ChildProcess {
  return startWith([], ...args);
}

/** The same with more flags of Deno. */
function startWith(more: readonly string[], ...args: string[]): Deno.ChildProcess {
  const flags = ["run", "--quiet", "--no-prompt", "--allow-read", "--allow-write", ...more, main];
  return new Deno.Command(Deno.execPath(), { args: [...flags, ...args], stdout: "piped", stderr: "piped" }).spawn();
}

/** Waits until a run has written `steps` steps. */
async function waitForSteps(metrics: string, steps: number): Promise<void> {
  for (;;) {
    const text = await Deno.readTextFile(metrics).catch(() => "");
    if (text.split("\n").length > steps) return;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

Deno.test({
  name: "60 steps stopped by SIGTERM, killed with SIGKILL and resumed give the bytes of an uninterrupted run",
  ignore: Deno.build.os === "windows",
  fn: () =>
    withFolder(async (folder) => {
      const config = microConfig(folder, {
        "recipe": [{ phase: "dense", steps: 10 }, { phase: "sparse", steps: 25 }, { phase: "dense", steps: 25 }],
        "train.checkpointEvery": 7,
        "train.batchSize": 40,
        "train.evaluateEvery": 20,
      });
      const file = join(folder, "config.json");
      await Deno.writeTextFile(file, JSON.stringify(config));
      const [whole, parts] = [join(folder, "whole"), join(folder, "parts")];
      const metrics = join(parts, "metrics.jsonl");
      assertEquals((await start("train", "--config", file, "--out", whole).output()).code, 0);

      const first = start("train", "--config", file, "--out", parts);
      await waitForSteps(metrics, 20);
      first.kill("SIGTERM");
      const stopped = await first.output();
      assertEquals(stopped.code, 130, new TextDecoder().decode(stopped.stderr));
      assertStringIncludes(new TextDecoder().decode(stopped.stdout), "Stopped, go on with --resume");
      const saved = JSON.parse(await Deno.readTextFile(join(parts, "summary.json"))).steps;
      assert(saved >= 20 && saved < 45, `stopped after step ${saved}`);

      const second = start("train", "--resume", parts);
      await waitForSteps(metrics, 42);
      second.kill("SIGKILL");
      assertEquals((await second.output()).signal, "SIGKILL");

      const third = await start("train", "--resume", parts).output();
      assertEquals(third.code, 0, new TextDecoder().decode(third.stderr));
      assertEquals(new TextDecoder().decode(third.stderr), "");
      for (const name of ["model.safetensors", "optimizer.safetensors"]) {
        assertEquals(checkpointDigest(parts, 60, name), checkpointDigest(whole, 60, name));
      }
      const steps = (await Deno.readTextFile(metrics)).trimEnd().split("\n").map((line) => JSON.parse(line).step);
      assertEquals(steps, Array.from({ length: 60 }, (_, index) => index + 1));
    }),
});

Deno.test("a folder that cannot be read, or one in it, is named and no fault of the program", () =>
  withFolder(async (folder) => {
    await Deno.mkdir(join(folder, "inner"));
    for (const path of [folder, join(folder, "inner")]) {
      const out = join(folder, "run");
      const { code, stderr } = await startWith([`--deny-read=${path}`], "train", "--data", folder, "--out", out)
        .output();
      const message = new TextDecoder().decode(stderr);
      assertEquals(code, 3, message);
      assertMatch(message, /^error: Cannot read [^\n]* as the system refuses it: [^\n]*\n$/);
      assertStringIncludes(message, path);
    }
  }));

/** A run of `steps` slow steps, which saves when it is told to. */
async function slowRun(folder: string, steps: number): Promise<string> {
  const recipe = [{ phase: "dense", steps }];
  const config = microConfig(folder, { recipe, "train.batchSize": 40, "train.checkpointEvery": 1000 });
  const file = join(folder, "config.json");
  await Deno.writeTextFile(file, JSON.stringify(config));
  return file;
}

for (const name of ["SIGHUP", "SIGUSR1", "SIGUSR2"] as const) {
  Deno.test({
    name: `a run that gets ${name}, and again while it saves, stops with a checkpoint`,
    ignore: Deno.build.os === "windows",
    fn: () =>
      withFolder(async (folder) => {
        const run = join(folder, "run");
        const process = start("train", "--config", await slowRun(folder, 1000), "--out", run);
        await waitForSteps(join(run, "metrics.jsonl"), 3);
        process.kill(name);
        process.kill(name);
        // Slurm sends it at the end, whatever came before.
        process.kill("SIGTERM");
        const { code, stderr } = await process.output();
        assertEquals(code, 130, new TextDecoder().decode(stderr));
        const { status, steps } = JSON.parse(await Deno.readTextFile(join(run, "summary.json")));
        assertEquals([status, namesIn(join(run, "checkpoints"))], ["interrupted", [
          `step-${`${steps}`.padStart(8, "0")}`,
        ]]);
      }),
  });
}

Deno.test({
  name: "a run whose terminal is closed stops with a checkpoint",
  ignore: Deno.build.os !== "linux",
  fn: () =>
    withFolder(async (folder) => {
      const run = join(folder, "run");
      const words = ["run", "--quiet", "--no-prompt", "--allow-read", "--allow-write", main, "train"];
      const command = [Deno.execPath(), ...words, "--config", await slowRun(folder, 1000), "--out", run].join(" ");
      const terminal = new Deno.Command("script", {
        args: ["-qec", `exec ${command}`, "/dev/null"],
        stdin: "piped",
        stdout: "null",
        stderr: "null",
      }).spawn();
      await waitForSteps(join(run, "metrics.jsonl"), 3);
      terminal.kill("SIGKILL");
      await terminal.status;
      await terminal.stdin.close().catch(() => {});
      const summary = join(run, "summary.json");
      for (let tries = 0; tries < 400 && !namesIn(run).includes("report.html"); tries++) {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      assertEquals(JSON.parse(await Deno.readTextFile(summary)).status, "interrupted");
      assertEquals(namesIn(join(run, "checkpoints")).length, 1);
      assert(namesIn(run).includes("report.html"), "it ended as every stopped run does");
    }),
});

Deno.test({
  name: "data that comes from a pipe is refused at once",
  ignore: Deno.build.os === "windows",
  fn: () =>
    withFolder(async (folder) => {
      const pipe = join(folder, "pipe");
      await new Deno.Command("mkfifo", { args: [pipe] }).output();
      for (const flag of ["--data", "--config"]) {
        const { code, stderr } = await start("train", flag, pipe, "--out", join(folder, "run")).output();
        assertEquals(code, flag === "--data" ? 3 : 2);
        assertStringIncludes(new TextDecoder().decode(stderr), `${pipe} as it must be a file`);
      }
    }),
});

Deno.test("runs that begin in the same second have folders of their own, and one that cannot begin leaves none", () =>
  withFolder(async (folder) => {
    const config = microConfig(folder, { recipe: [{ phase: "dense", steps: 1 }], "optimizer.warmupSteps": 1 });
    const file = join(folder, "config.json");
    await Deno.writeTextFile(file, JSON.stringify(config));
    const begin = (...words: string[]) =>
      new Deno.Command(Deno.execPath(), {
        args: [
          "run",
          "--quiet",
          "--no-prompt",
          "--allow-read",
          "--allow-write",
          main,
          "train",
          "--config",
          file,
          ...words,
        ],
        cwd: folder,
        stdout: "null",
        stderr: "piped",
      }).output();
    const outcomes = await Promise.all([begin("--seed", "1"), begin("--seed", "2"), begin("--seed", "3")]);
    assertEquals(outcomes.map(({ code }) => code), [0, 0, 0]);
    const runs = namesIn(join(folder, "runs"));
    assertEquals(runs.length, 3, runs.join());
    const summaries = runs.map((run) => JSON.parse(Deno.readTextFileSync(join(folder, "runs", run, "summary.json"))));
    const commands = summaries.map(({ starts: [start] }) => start.command.replace(file, "FILE"));
    assertEquals(commands.sort(), [1, 2, 3].map((seed) => `train --config FILE --seed ${seed}`));
    assertEquals((await begin("--data", "nothing.txt")).code, 3);
    assertEquals(namesIn(join(folder, "runs")).length, 3);
  }));

function namesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}
