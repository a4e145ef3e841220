import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { testRow } from "./_testing.ts";
import { qualityBars } from "./bars.ts";
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
  assertEquals(text.match(/not\s+measured/g)?.length, qualityBars.length);
  assertEquals(figures, []);
});

Deno.test("the page has gap, pairs, p, time and the paper's numbers, and draws the same again", () => {
  const { text, figures } = drawQualityPage(empty, rows);
  assertStringIncludes(text, "You give +1.97 % ± 0.01 of validation loss at equal steps, +1.97 % ± 0.01 of training");
  assertStringIncludes(text, "100 tokens, 100 steps");
  const again = drawQualityPage(empty, rows.map((row) => ({ ...row, epochs: 2.6 }))).text;
  assertStringIncludes(again, "100 tokens of a text that it goes over 2.6 times, 100 steps");
  assertStringIncludes(text, "sparse steps that take 0.50 of the time");
  assertStringIncludes(
    text,
    "| `paper`, sparse to half of the steps | 1.0650 ± 0.0071 | 1.0150 ± 0.0071 | +4.93 % ± 0.03 | 2 |",
  );
  assertStringIncludes(
    text,
    "Times of steps are medians over at least 40 dense and 60 sparse steps that were timed alone before.",
  );
  assertStringIncludes(text, "| 2.755 (−0.11 %), 1.352x |");
  assertStringIncludes(
    text.replaceAll("\n  ", " "),
    "+1.97 % ± 0.01 (2 pairs; one-sided t-test that it lies above: p = 0.002), **missed**",
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

Deno.test("a loss stands beside that of its twins of the same seeds, however many seeds the dense run has", () => {
  const { text } = drawQualityPage(empty, [...rows, testRow({ seed: 3, val_loss: 9 })]);
  assertStringIncludes(text, "| `beyond`, sparse to half of the steps | 1.0350 ± 0.0071 | 1.0150 ± 0.0071 | +1.97 %");
});

Deno.test("a legend lies above the frame, where no point is", () => {
  const { figures } = drawQualityPage(empty, rows);
  assertEquals(figures.length, 2);
  for (const { svg } of figures) {
    const legend = [...svg.matchAll(/translate\([\d.]+,(-?[\d.]+)\)"[^>]*>(?:<text[^>]*>)?●/g)].map(([, y]) =>
      Number(y)
    );
    const points = [...svg.matchAll(/<circle[^>]* cy="([\d.]+)"/g)].map(([, y]) => Number(y));
    assert(legend.length > 1 && points.length > 1, svg.slice(0, 3000));
    assert(Math.max(...legend) < Math.min(...points) - 4, `${legend} ${points}`);
  }
});

Deno.test("labels of points lie beside each other, as a dense run that is far away is left out of the picture", () => {
  const parts = [["50", 1900, 1], ["67", 2567, 1.004], ["83", 3233, 1.008], ["100", 3900, 1.01]] as const;
  const times = { study_steps: 4000, steps: 4000, step_ms: { dense: 19.4, sparse: 18.44 } };
  const { figures } = drawQualityPage(empty, [
    testRow({ ...times, recipe: "dense:4000" }),
    testRow({ ...times, run: "dense-short-50", steps: 2000, recipe: "dense:2000", val_loss: 1.07 }),
    testRow({ ...times, run: "paper-100", recipe: "dense:100,sparse:3900", val_loss: 1.08 }),
    ...parts.map(([part, sparse, val_loss]) =>
      testRow({
        ...times,
        run: `beyond-${part}`,
        recipe: `dense:100,sparse:${sparse},dense:${3900 - sparse}`,
        val_loss,
      })
    ),
  ]);
  const groups = [
    ...(figures[1]?.svg ?? "").matchAll(/<g transform="translate\([\d.]+,(-?\d+)\)"[^>]*>(<text.*?)<\/g>/g),
  ];
  const labels = /translate\(([\d.]+),([\d.]+)\)"[^>]*>(\d+ %)</g;
  const boxes = groups.flatMap(([, dy, texts = ""]) =>
    [...texts.matchAll(labels)]
      .map(([, x, y, words = ""]) => ({ words, x: Number(x), y: Number(y) + Number(dy), width: 7 * words.length }))
  );
  assertEquals(boxes.map(({ words }) => words), ["100 %", "100 %", "83 %", "67 %", "50 %"], groups.join("\n"));
  for (const [i, a] of boxes.entries()) {
    for (const b of boxes.slice(i + 1)) {
      const isApart = Math.abs(a.y - b.y) >= 11 || a.x + a.width <= b.x || b.x + b.width <= a.x;
      assert(isApart, `${JSON.stringify(a)} ${JSON.stringify(b)}`);
    }
  }
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
