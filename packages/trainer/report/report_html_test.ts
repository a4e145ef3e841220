import { summarizeBaseline, UsageError } from "@beyond24/run";
import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { microConfig, microRun, withFolder } from "../_testing.ts";
import { compareWithTwin } from "./compare_with_twin.ts";
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
      "Against the dense twin",
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
    assertMatch(html, /1 of 1 step\b/);
    checkNumbers(html);
  }));

Deno.test("the report of a run that was not summed up shows what there is, marked unfinished", () =>
  withFolder(async (folder) => {
    const run = join(folder, "run");
    await microRun(microConfig(folder, { "train.baseline": true }), { folder: run });
    const metrics = await Deno.readTextFile(join(run, "metrics.jsonl"));
    await Deno.remove(join(run, "summary.json"));
    await Deno.writeTextFile(join(run, "metrics.jsonl"), metrics.split("\n").slice(0, 6).join("\n") + "\n");
    const html = await Deno.readTextFile(await writeReport(run));
    assertStringIncludes(html, "Unfinished: 6 of 12 steps are done");
    assertStringIncludes(html, "Time of the steps");
    checkNumbers(html);

    await Deno.writeTextFile(join(run, "metrics.jsonl"), "");
    assertStringIncludes(await Deno.readTextFile(await writeReport(run)), "Unfinished: 0 of 12 steps are done");
  }));

Deno.test("the report of a run that goes on after an interruption does not take the old summary", () =>
  withFolder(async (folder) => {
    const run = join(folder, "run");
    await microRun(microConfig(folder), { folder: run });
    const summary = JSON.parse(await Deno.readTextFile(join(run, "summary.json")));
    await Deno.writeTextFile(
      join(run, "summary.json"),
      JSON.stringify({ ...summary, steps: 5, status: "interrupted" }),
    );
    const html = await Deno.readTextFile(await writeReport(run));
    assertStringIncludes(html, "Unfinished: 12 of 12 steps");
    assert(!html.includes("Interrupted"));
  }));

Deno.test("the report names steps that are missing, and draws no line over them", () =>
  withFolder(async (folder) => {
    const run = join(folder, "run");
    await microRun(microConfig(folder), { folder: run });
    const rows = (await Deno.readTextFile(join(run, "metrics.jsonl"))).split("\n");
    await Deno.writeTextFile(
      join(run, "metrics.jsonl"),
      rows.filter((_, index) => index !== 4 && index !== 5).join("\n"),
    );
    const html = await Deno.readTextFile(await writeReport(run));
    assertStringIncludes(html, "The run: steps 5 to 6 are missing in its file of metrics.");
    checkNumbers(html);
  }));

Deno.test("the report of several GPUs shows their speed, what they make of their peak, and waiting", () =>
  withFolder(async (folder) => {
    const run = join(folder, "run");
    await microRun(microConfig(folder), { folder: run });
    const path = join(run, "metrics.jsonl");
    const measured = { tokens_per_second: 90_000, tokens_per_second_each: 45_000, waiting_ms: 3, mfu: 0.51 };
    const rows = (await Deno.readTextFile(path)).trimEnd().split("\n").map((line) =>
      JSON.stringify({ ...JSON.parse(line), ...measured, executed_mfu: 0.34 })
    );
    await Deno.writeTextFile(path, rows.join("\n") + "\n");
    const html = await Deno.readTextFile(await writeReport(run));
    for (const part of ["<h2>FLOP utilization</h2>", "<h2>Waiting for others</h2>", "51.0 %", "executed 34.0 %"]) {
      assertStringIncludes(html, part);
    }
    for (const part of ["<strong>90.0 K</strong>", "Speed of a process</span><strong>45.0 K</strong>"]) {
      assertStringIncludes(html, part);
    }
    checkNumbers(html);
  }));

Deno.test("every ratio of a report stands beside the two numbers that it is made of", () => {
  const phases = (sparse: number) =>
    [
      { phase: "dense", steps: 10, mean_step_ms: 9, median_step_ms: 10 },
      { phase: "sparse", steps: 20, mean_step_ms: 9, median_step_ms: sparse },
    ] as const;
  const bits = { val_bits_per_byte: 0.8, val_perplexity: 4.95 };
  const model = { train_loss: 1.5, val_loss: 1.6, ...bits, wall_seconds: 50, tokens: 1 };
  const twin = { ...model, val_loss: 1.5, val_bits_per_byte: 0.75, wall_seconds: 60, phases: phases(40) };
  const compared = compareWithTwin(
    { ...model, phases: phases(10) },
    summarizeBaseline({ ...model, phases: phases(10) }, twin),
  );
  assertEquals(compared.map(({ name, main, twin, ratio }) => [name, main, twin, ratio]), [
    ["validation loss", "1.6000", "1.5000", "+6.67 %"],
    ["bits per byte of validation", "0.8000", "0.7500", "+6.67 %"],
    ["training loss, mean of the last 30 steps", "1.5000", "1.5000", "+0.00 %"],
    ["median of 10 dense steps", "10.0 ms", "10.0 ms", "1.00×"],
    ["median of 20 sparse steps", "10.0 ms", "40.0 ms", "4.00×"],
    ["all steps, by these medians", "0.30 s", "0.90 s", "3.00×"],
    ["time in all", "50.0 s", "1 min 00 s", "1.20×"],
  ]);
});

Deno.test("writeReport refuses a folder without a run", () =>
  withFolder(async (folder) => {
    await assertRejects(() => writeReport(folder), UsageError, "config.json does not exist");
    await Deno.writeTextFile(join(folder, "config.json"), "{");
    await assertRejects(() => writeReport(folder), UsageError, "config.json as it must be JSON");
  }));
