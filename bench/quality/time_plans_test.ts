import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { canBuildStubs } from "../../packages/cuda/testing/build_stubs.ts";
import { withFolder } from "../../packages/trainer/_testing.ts";
import { startOnStubs, wordsOf } from "./_reproduce_testing.ts";
import { readRows } from "./result_row.ts";

const ignore = !canBuildStubs || Deno.build.os !== "linux";

async function reproduce(folder: string, ...words: string[]): Promise<string> {
  const done = await wordsOf(await startOnStubs(folder, ...words));
  assertEquals(done.code, 0, done.words);
  return done.words;
}

/** Plans whose times are said. */
function saidTimes(words: string): string[] {
  return Array.from(words.matchAll(/^step of (\S+):/gm), ([, name = ""]) => name).sort();
}

Deno.test({
  name: "--gpus 0,1 times each plan on the GPU of its place, and trains there",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      await reproduce(folder, "--only", "capacity", "--steps", "20", "--gpus", "0,1");
      const gpus = new Map<string, string>();
      const timing = join(folder, "runs/timing/tiny");
      for (const { name } of Deno.readDirSync(timing)) {
        const plan = /^(.*)\.\d+\.log$/.exec(name)?.[1];
        if (plan !== undefined) gpus.set(plan, await Deno.readTextFile(join(timing, name)));
      }
      const sees = (gpu: number) => `stub: CUDA_VISIBLE_DEVICES=${gpu}\n`;
      assertEquals(Object.fromEntries(gpus), { "dense": sees(0), "dense-f4": sees(0), "dense-f8": sees(1) });
      const runs = ["dense", "dense-f4"].map((run) => join(folder, `runs/tiny/${run}.seed1.steps20.log`));
      assertEquals(await Promise.all(runs.map((log) => Deno.readTextFile(log))), [sees(0), sees(1)]);
    }),
});

Deno.test({
  name: "runs that time themselves need one plan timed before, and the next call knows the times of all",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      const study = ["--only", "table3/w1,table3/w2", "--steps", "2000"];
      const first = await reproduce(folder, ...study);
      assertEquals(saidTimes(first), ["tiny/w1"]);
      assertMatch(first, /^about .*, one run at a time on one device; an estimate, as /m);
      const rows = await readRows(join(folder, "rows"));
      assertEquals(rows.map(({ run }) => run), ["dense", "w1", "w2"]);
      for (const { phases, step_ms } of rows) {
        assertEquals(
          [step_ms.dense, ...(step_ms.sparse === null ? [] : [step_ms.sparse])],
          phases.map(({ median_step_ms }) => median_step_ms),
        );
      }

      const next = await reproduce(folder, ...study, "--seeds", "2", "--time");
      assertEquals(saidTimes(next), ["tiny/dense", "tiny/w1", "tiny/w2"]);
      for (const { run, step_ms } of rows) {
        assert(next.includes(`step of tiny/${run}: dense ${step_ms.dense.toFixed(2)}`));
      }
      assertMatch(next, /^about .*, one run at a time on one device$/m);
    }),
});

Deno.test({
  name: "runs that share a device have each plan timed before",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      const words = await reproduce(
        folder,
        "--only",
        "table3/w1,table3/w2",
        "--steps",
        "2000",
        "--jobs",
        "2",
        "--time",
      );
      assertEquals(saidTimes(words), ["tiny/w1", "tiny/w2"]);
      assertMatch(words, /2 runs at a time on one device: how much it has room for them decides$/m);
    }),
});
