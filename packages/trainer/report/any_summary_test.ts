import { mutateJson } from "@beyond24/disk/testing";
import { readRunSummary, runFolder } from "@beyond24/run";
import { seededRandom } from "@beyond24/routing";
import { assert } from "@std/assert";
import { join } from "@std/path";
import { microConfig, microRun, withFolder } from "../_testing.ts";
import { readReportData } from "./read_report_data.ts";
import { summarySections } from "./summary_sections.ts";
import { summaryTiles } from "./summary_tiles.ts";

Deno.test("the words of a report can be drawn of any summary that is read", () =>
  withFolder(async (folder) => {
    const run = join(folder, "run");
    await microRun(microConfig(folder, { "train.baseline": true }), { folder: run });
    const data = await readReportData(run, () => {});
    const whole = await readRunSummary(runFolder(run).summary);
    const random = seededRandom(8);
    let drawn = 0;
    for (let round = 0; round < 2000; round++) {
      await Deno.writeTextFile(runFolder(run).summary, mutateJson(whole, random));
      const { reached } = await readReportData(run, () => {});
      const html = summaryTiles({ ...data, reached }) + summarySections({ ...data, reached });
      assert(!/undefined|NaN/.test(html));
      drawn++;
    }
    assert(drawn === 2000);
  }));
