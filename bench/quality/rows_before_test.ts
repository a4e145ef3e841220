import { DiskError } from "@beyond24/disk";
import { UsageError } from "@beyond24/run";
import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { withFolder } from "../../packages/trainer/_testing.ts";
import { testRow } from "./_testing.ts";
import { chooseJobs } from "./jobs.ts";
import { encodeRow, readRows } from "./result_row.ts";
import { noteRevisions, noteScores, rowsBefore, tryToWriteRows } from "./rows_before.ts";

const jobs = chooseJobs({ sizes: ["23m"], seeds: [1], only: ["table3/w1"] });
const row = testRow({ study_steps: 4000 });

async function withRows(file: string, text: string, use: (out: string) => Promise<unknown>): Promise<void> {
  await withFolder(async (out) => {
    await Deno.mkdir(join(out, "23m"));
    await Deno.writeTextFile(join(out, "23m", file), text);
    await use(out);
  });
}

/** As the facts of a corpus are, of which only the digest counts here. */
function corpus(digest: string) {
  return { digest, trainTokens: 1, heldOutTokens: 1, vocabularySize: 256 };
}

Deno.test("a row that is there is found by its job, and one of another corpus is not taken for it", () =>
  withRows("dense.seed1.json", encodeRow(row), async (out) => {
    const found = await rowsBefore(jobs, { out, corpus: corpus(row.corpus) });
    assertEquals([...found], [["23m/dense.seed1", row]]);
    const error = await assertRejects(() => rowsBefore(jobs, { out, corpus: corpus("another") }), UsageError);
    assertMatch(error.message, /its row of 23m\/dense\.seed1 is of another corpus.*name another --out$/);
    // Rows of other seeds are not asked for.
    const others = jobs.map((job) => ({ ...job, seed: 2 }));
    assertEquals((await rowsBefore(others, { out, corpus: corpus("another") })).size, 0);
  }));

Deno.test("rows of another revision are named", () => {
  assertEquals(noteRevisions([row], row.revisions[0]), []);
  assertMatch(noteRevisions([row], undefined)[0] ?? "", /^1 row there of another revision/);
});

Deno.test("rows without scores are named where runs are scored", () => {
  assertEquals([noteScores([row], undefined), noteScores([{ ...row, scores: [] }], "tasks")], [[], []]);
  assertMatch(noteScores([row], "tasks")[0] ?? "", /^1 row there without scores/);
});

Deno.test("a file that is damaged, or the row of another run, is named before anything is computed", async () => {
  const text = encodeRow(row);
  await withRows("dense.seed1.json", text.slice(0, 100), async (out) => {
    const error = await assertRejects(() => readRows(out), SyntaxError);
    assertMatch(error.message, /dense\.seed1\.json as it is no row of results: .*; remove it/);
  });
  await withRows("w1.seed1.json", text, async (out) => {
    const error = await assertRejects(() => readRows(out), SyntaxError);
    assertMatch(error.message, /w1\.seed1\.json as it is the row of another run: .* 23m\/dense\.seed1\.json$/);
  });
});

Deno.test("a folder where no row can be written is refused", () =>
  withFolder(async (folder) => {
    await tryToWriteRows(join(folder, "new/rows"));
    assertEquals(Array.from(Deno.readDirSync(join(folder, "new/rows"))), []);
    await Deno.writeTextFile(join(folder, "file"), "");
    for (const use of [tryToWriteRows, readRows]) {
      await assertRejects(() => use(join(folder, "file/rows")), DiskError, "a folder of its path is a file");
    }
  }));
