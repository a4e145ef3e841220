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
