import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { testRow } from "./_testing.ts";
import { drawQualityPage } from "./quality_page.ts";

const parts = ["summary", "tables", "bars"];
const empty = parts.map((name) => `<!-- begin ${name} -->\n<!-- end ${name} -->\n`).join("words\n");

const sparse = { recipe: "dense:10,sparse:40,dense:50", step_ms: { dense: 10, sparse: 5 } };
const rows = [1, 2].flatMap((seed) => [
  testRow({ seed, val_loss: 1 + seed / 100 }),
  testRow({ ...sparse, run: "beyond-50", seed, val_loss: 1.02 + seed / 100 }),
  testRow({ ...sparse, run: "paper-50", seed, val_loss: 1.05 + seed / 100 }),
]);

Deno.test("without rows the page says that there are none, and holds no number", () => {
  const { text, figures } = drawQualityPage(empty, []);
  assertStringIncludes(text, "No rows of results have been measured yet");
  assertEquals(text.match(/not measured/g)?.length, 7);
  assertEquals(figures, []);
});

Deno.test("the page has gap, pairs, p, time and the paper's numbers, and draws the same again", () => {
  const { text, figures } = drawQualityPage(empty, rows);
  assertStringIncludes(text, "You give +1.97 % ± 0.01 of validation loss at equal steps (2 paired seeds;");
  assertStringIncludes(text, "sparse steps that take 0.50 of the time");
  assertStringIncludes(text, "| `paper`, sparse to half of the steps | 1.0650 ± 0.0071 | +4.93 % ± 0.03 | 2 |");
  assertStringIncludes(text, "| 2.755 (−0.11 %), 1.352x |");
  assertStringIncludes(
    text.replaceAll("\n  ", " "),
    "+1.97 % ± 0.01 (2 pairs; p that it lies above 0.002), **missed**",
  );
  assertEquals(figures.map(({ file }) => file), ["quality-23m-loss.svg", "quality-23m-pareto.svg"]);
  for (const { svg, file } of figures) {
    assert(svg.startsWith('<svg xmlns="http://www.w3.org/2000/svg"'));
    assert(!/href|<script|url\(http/.test(svg), "it loads something");
    assertStringIncludes(text, `](images/${file})`);
  }
  assertEquals(drawQualityPage(text, rows).text, text);
  assert(text.split("\n").every((line) => line.startsWith("|") || line.length <= 120));
});

Deno.test("rows of two devices are named as such beside the table", () => {
  const { text } = drawQualityPage(empty, [...rows, testRow({ seed: 3, device: "another" })]);
  assertStringIncludes(text.replaceAll("\n  ", " "), "**Mixed:** rows of 23m are of 2 devices");
});

Deno.test("a gap below its bar with too few pairs does not count as met", () => {
  const one = [testRow({}), testRow({ ...sparse, run: "beyond-50", val_loss: 1.001 })];
  assertStringIncludes(
    drawQualityPage(empty, one).text.replaceAll("\n  ", " "),
    "(1 pair), below it, with **too few pairs**",
  );
});

Deno.test("a page without markers is refused", () => {
  assertThrows(() => drawQualityPage("words", []), Error, "<!-- begin summary -->");
});
