import { UsageError } from "@beyond24/run";
import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { microConfig, microRun, withFolder } from "../_testing.ts";
import { writeReport } from "./write_report.ts";

async function reportOf(folder: string, values: Record<string, unknown>): Promise<string> {
  const run = join(folder, "run <1>");
  await microRun(microConfig(folder, values), { folder: run, overwrite: true });
  return await Deno.readTextFile(await writeReport(run));
}

/** Coordinates and text of drawings and tables: nothing in them may be a failed computation. */
function checkNumbers(html: string): void {
  const drawings = html.match(/<svg.*?<\/svg>/gs) ?? [];
  for (const drawing of drawings) assert(!/NaN|undefined|Infinity/.test(drawing), drawing.slice(0, 2000));
  assert(!/>[^<]*(NaN|undefined|null)[^<]*<\/(td|strong|em|p)>/.test(html));
}

Deno.test("the report of a run with a twin shows every picture, and loads nothing", () =>
  withFolder(async (folder) => {
    const html = await reportOf(folder, { "train.baseline": true });
    const titles = [...html.matchAll(/<h2>(.*?)<\/h2>/g)].map(([, title]) => title);
    assertEquals(titles, [
      "Loss",
      "Step time",
      "Distance to dense",
      "Expert load",
      "Activation sparsity",
      "Flip rate",
      "Gradient norm",
      "Learning rate",
      "Phases",
      "Summary",
    ]);
    assertEquals(html.match(/<svg/g)?.length, 16);
    assertStringIncludes(html, "run &lt;1&gt;");
    assertStringIncludes(html, "prefers-color-scheme: dark");
    assert(!/<script|<link|<img|@import|url\((?!#)|src=/i.test(html));
    assertEquals([...html.matchAll(/https?:\/\/[^"\s<]+/g)].filter(([url]) => !url.includes("www.w3.org")), []);
    checkNumbers(html);
  }));

Deno.test("the report of a dense run without a twin leaves out what it has not measured", () =>
  withFolder(async (folder) => {
    const html = await reportOf(folder, { recipe: [{ phase: "dense", steps: 3 }] });
    for (const title of ["Expert load", "Flip rate", "Distance to dense"]) assert(!html.includes(title));
    assert(!html.includes("dense twin"));
    checkNumbers(html);
  }));

Deno.test("the report of one step can be drawn", () =>
  withFolder(async (folder) => {
    const html = await reportOf(folder, { recipe: [{ phase: "dense", steps: 1 }], "optimizer.warmupSteps": 0 });
    assertMatch(html, /1 of 1 steps/);
    checkNumbers(html);
  }));

Deno.test("writeReport refuses a folder without a run or without a summary", () =>
  withFolder(async (folder) => {
    await assertRejects(() => writeReport(folder), UsageError, "config.json does not exist");
    await Deno.writeTextFile(join(folder, "config.json"), "{}");
    await assertRejects(() => writeReport(folder), UsageError, "summary.json does not exist");
    await Deno.writeTextFile(join(folder, "summary.json"), "{");
    await assertRejects(() => writeReport(folder), UsageError, "summary.json is not JSON");
  }));
