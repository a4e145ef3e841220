import { assertEquals } from "@std/assert";
import { formatDuration, formatLarge, formatLoss, formatMilliseconds, formatPercent, formatTable } from "./format.ts";

Deno.test("formatLarge keeps three digits", () => {
  const cases: [number, string][] = [
    [0, "0 B"],
    [7, "7 B"],
    [999, "999 B"],
    [999.6, "1.00 KB"],
    [1490, "1.49 KB"],
    [
      99_960,
      "100 KB",
    ],
    [1.5e9, "1.50 GB"],
    [1e27, "1000 YB"],
  ];
  for (const [value, text] of cases) assertEquals(formatLarge(value, "B"), text);
});

Deno.test("formatDuration reads well at every length", () => {
  const cases: [number, string][] = [[0.04, "0.04 s"], [9.996, "10.0 s"], [59.9, "59.9 s"], [59.96, "1 min 00 s"], [
    125,
    "2 min 05 s",
  ], [
    3725,
    "1 h 02 min",
  ]];
  for (const [seconds, text] of cases) assertEquals(formatDuration(seconds), text);
});

Deno.test("formats of losses, percents and milliseconds", () => {
  assertEquals([formatLoss(2.34567), formatLoss(null), formatPercent(0.1234)], ["2.3457", "–", "12.3 %"]);
  assertEquals([1.234, 12.34, 123.4].map(formatMilliseconds), ["1.23 ms", "12.3 ms", "123 ms"]);
});

Deno.test("formatTable aligns the first column left and the others right", () => {
  assertEquals(formatTable([["a", "1"], ["bcd", "22"]]), "a     1\nbcd  22");
});
