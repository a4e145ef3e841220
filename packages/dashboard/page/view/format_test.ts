import { assertEquals } from "@std/assert";
import { absent, formatCount, formatLarge, formatLoss, formatPercent } from "./format.ts";

Deno.test("numbers are written short, and what is missing as a dash", () => {
  assertEquals([formatLoss(2.34567), formatPercent(0.87549)], ["2.3457", "87.5 %"]);
  assertEquals([0, 7, 35.47, 368, 2710, 12_345, 787_584, 2.5e9].map(formatLarge), [
    "0",
    "7",
    "35.5",
    "368",
    "2.71 k",
    "12.3 k",
    "788 k",
    "2.50 G",
  ]);
  assertEquals([7, 1234, 787584].map(formatCount), ["7", "1\u202f234", "787\u202f584"]);
  assertEquals([formatLoss(null), formatPercent(undefined), formatLarge(NaN)], [absent, absent, absent]);
});
