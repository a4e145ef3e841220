import { assertEquals, assertStringIncludes } from "@std/assert";
import { appendScores, type ScoreRow, scoreTable } from "@beyond24/run";
import { durableFileSystem } from "@beyond24/disk";
import { join } from "@std/path";
import { microConfig, microRun, withFolder } from "../_testing.ts";
import { readReportData } from "./read_report_data.ts";
import { reportHtml } from "./report_html.ts";
import { scoresSection } from "./scores_section.ts";

const row = (values: Partial<ScoreRow>): ScoreRow => ({
  step: 200,
  role: "main",
  mode: "dense",
  task: "piqa",
  few_shot: 0,
  documents: 1838,
  all_documents: 1838,
  acc: 0.5,
  acc_stderr: 0.0117,
  acc_norm: 0.51,
  acc_norm_stderr: 0.0117,
  ...values,
});

Deno.test("the table of scores has the last step of each model, mode and setting, and every task", () => {
  const { acc_norm: _, acc_norm_stderr: __, ...bare } = row({ task: "winogrande", acc_stderr: null });
  const { columns, rows } = scoreTable([
    row({ step: 100, acc: 0.4 }),
    row({ step: 100, task: "arc_easy" }),
    row({}),
    bare,
    row({ mode: "sparse", few_shot: 5, documents: 100 }),
    row({ role: "baseline", step: 150 }),
  ]);
  assertEquals(columns, ["step 200, dense", "step 200, sparse, 5 examples, first 100 rows", "step 150, dense twin"]);
  const both = "50.0 ± 1.2 · 51.0 ± 1.2";
  assertEquals(rows, [
    { task: "piqa", cells: [both, both, both] },
    { task: "winogrande", cells: ["50.0 ± –", "–", "–"] },
  ]);
});

Deno.test("a report shows scores where there are some", () =>
  withFolder(async (folder) => {
    const run = join(folder, "run");
    await microRun(microConfig(folder), { folder: run });
    const draw = async () => reportHtml(await readReportData(run, () => {}));
    assertEquals((await draw()).includes("<h2>Tasks</h2>"), false);
    await appendScores(join(run, "scores.jsonl"), [row({ task: "<b>" })], durableFileSystem());
    assertStringIncludes(await draw(), "<h2>Tasks</h2>");
    assertStringIncludes(await draw(), "<td>&lt;b&gt;</td><td>50.0 ± 1.2 · 51.0 ± 1.2</td>");
    assertEquals(scoresSection({ scores: [] }), "");
  }));
