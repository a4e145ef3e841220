import { assertEquals } from "@std/assert";
import {
  absent,
  formatAmount,
  formatChange,
  formatCount,
  formatDuration,
  formatLarge,
  formatLoss,
  formatMilliseconds,
  formatPercent,
} from "./format.ts";

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

Deno.test("numbers are written short, and what is missing as a dash", () => {
  assertEquals([35.47, 368, 2710, 787_584, 2.5e9].map((value) => formatLarge(value)), [
    "35.5",
    "368",
    "2.71 K",
    "788 K",
    "2.50 G",
  ]);
  assertEquals([formatLoss(NaN), formatPercent(undefined), formatLarge(null)], [absent, absent, absent]);
  assertEquals([formatCount(787_584), formatAmount(1, "step"), formatAmount(2, "step")], [
    "787,584",
    "1 step",
    "2 steps",
  ]);
  assertEquals([formatChange(0.011), formatChange(-0.02)], ["+1.10 %", "−2.00 %"]);
});
