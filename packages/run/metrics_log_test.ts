import { denoFileSystem, DiskError, durableFileSystem } from "@beyond24/disk";
import { fullFileSystem, mutateJson } from "@beyond24/disk/testing";
import { seededRandom } from "@beyond24/session";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { withFolder } from "./_testing.ts";
import { openMetricsLog } from "./metrics_log.ts";
import { readMetrics, readMetricsFile } from "./read_metrics.ts";
import { decodeStepMetrics, encodeStepMetrics } from "./step_metrics.ts";

const row = (step: number) =>
  decodeStepMetrics({ step, phase: "dense", loss: 1 / step, lr: 1e-3, grad_norm: 1, tokens_per_second: 5, step_ms: 2 });
const text = (...steps: number[]) => steps.map((step) => encodeStepMetrics(row(step))).join("");
const stepsOf = async (path: string) => (await readMetrics(path)).map(({ step }) => step);

/**
 * Opens the log of a file as a resume after `step` does, writes the next step, and gives what the file holds and who
 * was warned.
 */
async function resumed(path: string, step: number) {
  const warnings: string[] = [];
  const onWarning = (message: string) => warnings.push(message.slice(path.length + 2));
  const log = await openMetricsLog(path, { step, fileSystem: durableFileSystem(), onWarning });
  await log.append([row(step + 1)]);
  await log.sync();
  log.close();
  return { steps: await stepsOf(path), warnings };
}

Deno.test("a metrics log keeps the steps up to the checkpoint, and what stays is not written again", () =>
  withFolder(async (folder) => {
    const path = join(folder, "metrics.jsonl");
    assertEquals(await resumed(path, 0), { steps: [1], warnings: [] });
    await Deno.writeTextFile(path, text(1, 2, 3, 4, 5) + '{"step": 6, "lo');
    const { ino } = await Deno.stat(path);
    assertEquals(await resumed(path, 3), { steps: [1, 2, 3, 4], warnings: [] });
    assertEquals((await Deno.stat(path)).ino, ino);
    assertEquals(await Deno.readTextFile(path), text(1, 2, 3, 4));
    assertEquals(await resumed(path, 0), { steps: [1], warnings: [] });
  }));

const nul = "\0".repeat(4096);
const long = "x".repeat(50_000_000);
const goesOn = "The run goes on without them, and its report shows it";
const damages: [name: string, before: string, steps: number[], warnings: string[]][] = [
  ["a NUL block at the end", text(1, 2, 3, 4) + nul, [1, 2, 3, 4], []],
  ["a NUL block and a line behind the checkpoint", text(1, 2, 3) + nul + text(4), [1, 2, 3, 4], [
    "1 line is no row and dropped",
  ]],
  ["a NUL block before it", text(1) + nul + text(2, 3), [1, 3, 4], [`step 2 is missing, 1 line is no row. ${goesOn}`]],
  ["blank lines", "\n" + text(1, 2) + "\n\n" + text(3) + "\n", [1, 2, 3, 4], [
    `3 lines are no rows. ${goesOn}`,
    "1 line is no row and dropped",
  ]],
  ["a torn line", text(1) + text(2).slice(0, 40) + "\n" + text(3), [1, 3, 4], [
    `step 2 is missing, 1 line is no row. ${goesOn}`,
  ]],
  ["a missing step", text(2, 3, 4), [2, 3, 4], [`step 1 is missing. ${goesOn}`]],
  ["two missing steps", text(1), [1, 4], [`steps 2 to 3 are missing. ${goesOn}`]],
  ["a doubled step", text(1, 2, 2, 3, 4), [1, 2, 3, 4], [`1 step stands twice. ${goesOn}`]],
  ["steps done twice", text(1, 2, 3, 4, 5, 2, 3, 4), [1, 2, 3, 4, 5], [`2 steps stand twice. ${goesOn}`]],
  ["null", text(1, 2, 3) + "null\n", [1, 2, 3, 4], ["1 line is no row and dropped"]],
  ["a step far ahead", text(1, 900, 2, 3, 4), [1, 2, 3, 4, 900], []],
  ["a line of 50 MB", text(1, 2) + long + "\n" + text(3), [1, 2, 3, 4], [`1 line is no row. ${goesOn}`]],
  ["a line of 50 MB without an end", text(1, 2, 3) + long, [1, 2, 3, 4], []],
  ["nothing", "", [4], [`steps 1 to 3 are missing. ${goesOn}`]],
  ["other rows", '{"step": 1}\n[1]\n{"step": 2, "loss": "low"}\n', [4], [
    `steps 1 to 3 are missing. ${goesOn}`,
    "3 lines are no rows and dropped",
  ]],
];

for (const [name, before, steps, warnings] of damages) {
  Deno.test(`metrics with ${name} are gone on with`, () =>
    withFolder(async (folder) => {
      const path = join(folder, "metrics.jsonl");
      await Deno.writeTextFile(path, before);
      assertEquals(await resumed(path, 3), { steps, warnings });
    }));
}

Deno.test("a metrics log on a disk that is full after any byte hurts no row that is there", () =>
  withFolder(async (folder) => {
    const path = join(folder, "metrics.jsonl");
    const length = text(4, 5).length;
    for (let room = 0; room <= length; room++) {
      await Deno.writeTextFile(path, text(1, 2, 3, 4));
      const { fileSystem } = fullFileSystem(denoFileSystem, room);
      const options = { step: 3, fileSystem: durableFileSystem({ fileSystem }), onWarning: () => {} };
      const log = await openMetricsLog(path, options);
      if (room < length) await assertRejects(() => log.append([row(4), row(5)]), DiskError, "the disk is full");
      else await log.append([row(4), row(5)]);
      log.close();
      assertEquals((await readMetricsFile(path)).badLines, 0);
      assert((await Deno.readTextFile(path)).startsWith(text(1, 2, 3)));
    }
    assertEquals(await stepsOf(path), [1, 2, 3, 4, 5]);
  }));

Deno.test("any file of metrics is read, and gone on with", () =>
  withFolder(async (folder) => {
    const path = join(folder, "metrics.jsonl");
    const random = seededRandom(3);
    const lines = Array.from(
      { length: 20_000 },
      (_, index) => mutateJson(row(index + 1), random).replaceAll("\n", " "),
    );
    await Deno.writeTextFile(path, lines.join("\n") + "\n");
    const { rows, badLines, gaps } = await readMetricsFile(path);
    assert(badLines > 10_000 && rows.length > 1000 && gaps.length > 1000, `${badLines} ${rows.length} ${gaps.length}`);
    const { steps, warnings } = await resumed(path, 15_000);
    assert(steps.includes(15_001) && warnings.every((warning) => warning.length < 200), warnings.join());
  }));

Deno.test("readMetrics has nothing to read where there is no file, and names what is none", () =>
  withFolder(async (folder) => {
    assertEquals(await readMetrics(join(folder, "missing.jsonl")), []);
    await assertRejects(() => readMetrics(folder), DiskError, folder);
  }));
