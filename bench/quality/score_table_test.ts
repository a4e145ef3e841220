import { assertEquals, assertStringIncludes } from "@std/assert";
import { testRow, testScores } from "./_testing.ts";
import { studiesOf } from "./compare_runs.ts";
import type { ResultRow } from "./result_row.ts";
import { scoreSection } from "./score_table.ts";

const sparse = {
  run: "beyond-50",
  recipe: "dense:10,sparse:40,dense:50",
  step_ms: { dense: 10, sparse: 5 },
  train_loss: 1.5,
  val_loss: 1.25,
  bits_per_byte: 2,
} as const;

function sectionOf(rows: readonly ResultRow[]): string {
  return studiesOf(rows).flatMap(scoreSection).join("\n\n");
}

Deno.test("runs that were not scored have no table", () => {
  assertEquals(sectionOf([testRow({}), testRow(sparse)]), "");
});

Deno.test("loss, bits per byte and the six scores lie side by side, dense first, then guessing and the paper", () => {
  const text = sectionOf([
    testRow({ ...sparse, scores: testScores(0.6) }),
    testRow({ val_loss: 1.125, scores: testScores(0.7) }),
  ]);
  const [, , dense, beyond, guessing, paper] = text.split("\n").filter((line) => line.startsWith("|"));
  assertEquals(
    dense,
    "| dense | 1.00x | 1.1250 | 1.1250 | 1.6230 | 70.0 ± 5.0 | 71.0 ± 4.0 | 70.0 ± 5.0 | 71.0 ± 4.0 | 71.0 ± 4.0 | " +
      "70.0 ± 5.0 | 70.5 ± 1.8 |",
  );
  assertEquals(
    beyond,
    "| `beyond`, sparse to half of the steps | 1.25x | 1.5000 | 1.2500 | 2.0000 | 60.0 ± 5.0 | 61.0 ± 4.0 | " +
      "60.0 ± 5.0 | 61.0 ± 4.0 | 61.0 ± 4.0 | 60.0 ± 5.0 | 60.5 ± 1.8 |",
  );
  assertEquals(guessing, "| guessing |  |  |  |  | 25.0 | 25.0 | 50.0 | 25.0 | 25.0 | 50.0 | 33.3 |");
  assertStringIncludes(paper ?? "", "| 2.758 |  |  | 60.2 | 32.3 | 74.1 | 36.2 | 56.3 | 57.1 | 52.7 |");
  assertStringIncludes(text, "| arc_easy, acc | arc_challenge, acc_norm |");
});

Deno.test("it is said what is near chance, and of which tasks a part was scored", () => {
  const near = (share: number) => sectionOf([testRow({ scores: testScores(share) })]).replaceAll("\n", " ");
  assertStringIncludes(near(0.3), "on arc_easy, arc_challenge, piqa, openbookqa, hellaswag, winogrande some run");
  assertStringIncludes(near(0.55), "**Near chance**: on piqa, winogrande some run");
  assertEquals(near(0.7).includes("Near chance"), false);
  const [first, ...others] = testScores(0.7).map((row) => ({ ...row, all_documents: row.documents }));
  const part = first === undefined ? others : [{ ...first, all_documents: 200 }, ...others];
  assertStringIncludes(sectionOf([testRow({ scores: part })]), "Not all documents were scored of arc_easy.");
});

Deno.test("a task that was not scored leaves its cell and the mean empty", () => {
  const text = sectionOf([testRow({ scores: testScores(0.7).slice(1) })]);
  assertStringIncludes(text, "| 1.4427 |  | 71.0 ± 4.0 |");
  assertStringIncludes(text, "| 70.0 ± 5.0 |  |");
});

Deno.test("of several seeds each is named", () => {
  const text = sectionOf([1, 2].map((seed) => testRow({ seed, scores: testScores(0.5 + seed / 10) })));
  assertStringIncludes(text, "| dense, seed 1 |");
  assertStringIncludes(text, "| dense, seed 2 |");
});
