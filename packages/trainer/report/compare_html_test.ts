import { createReferenceDevice } from "@beyond24/cpu";
import { UsageError } from "@beyond24/run";
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { CaptureTerminal, microConfig, microRun, withFolder } from "../_testing.ts";
import { runCommandLine } from "../cli/command_line.ts";
import { writeComparison } from "./write_comparison.ts";

Deno.test("compare draws finished and unfinished runs on one page that loads nothing", () =>
  withFolder(async (folder) => {
    const runs = [join(folder, "a"), join(folder, "b <2>"), join(folder, "c")];
    for (const [index, run] of runs.entries()) {
      await microRun(microConfig(folder, { "train.seed": index, "train.evaluateEvery": 4 }), { folder: run });
    }
    await Deno.remove(join(runs[2] ?? "", "summary.json"));
    const out = join(folder, "compare.html");
    const terminal = new CaptureTerminal();
    assertEquals(await runCommandLine(["compare", ...runs, "--out", out], terminal), 0);
    assertEquals(terminal.written, `Comparison: ${out}\n`);
    const html = await Deno.readTextFile(out);
    assertStringIncludes(html, "3 runs");
    assertStringIncludes(html, "b &lt;2&gt;");
    assertEquals(html.match(/<svg/g)?.length, 6);
    assert(!/<script|<link|<img|@import|url\((?!#)|src=/i.test(html));
    assert(!/>[^<]*(NaN|undefined|null)[^<]*<\/(td|strong|em|p)>/.test(html));
    for (const drawing of html.match(/<svg.*?<\/svg>/gs) ?? []) assert(!/NaN|Infinity/.test(drawing));
    const place = html.slice(html.indexOf("Computed by"), html.indexOf("Where their configurations differ"));
    const [row] = place.match(/<tr><td>[^<]*a<\/td>.*?<\/tr>/) ?? [];
    assertStringIncludes(row ?? "", `>${createReferenceDevice().description}<`);
    const differences = html.slice(html.indexOf("Where their configurations differ"));
    assertEquals([...differences.matchAll(/<tr><td>(.*?)<\/td>/g)].map(([, key]) => key), ["train.seed"]);
  }));

Deno.test("compare draws a run without a step, and refuses what is no run and one run alone", () =>
  withFolder(async (folder) => {
    const [run, begun] = [join(folder, "a"), join(folder, "begun")];
    await microRun(microConfig(folder), { folder: run });
    await Deno.mkdir(begun);
    await Deno.copyFile(join(run, "config.json"), join(begun, "config.json"));
    const html = await Deno.readTextFile(await writeComparison([run, begun], join(folder, "out.html")));
    assertStringIncludes(html, "0 of 12");
    assertStringIncludes(html, "training loss, mean of the last 12 steps<");
    assert(!/NaN|Infinity/.test(html));
    await assertRejects(
      () => writeComparison([run, join(folder, "nope")], join(folder, "x")),
      UsageError,
      "config.json",
    );
    await assertRejects(() => writeComparison([run], join(folder, "x")), UsageError, "it takes two");
  }));
