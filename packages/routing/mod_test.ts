import { assertEquals, assertThrows } from "@std/assert";
import { refusesOtherArrays, worksWithin } from "../sparse24/_testing.ts";
import * as routing from "./mod.ts";

const shape = { tokens: 1, neurons: 4, features: 4, experts: 1 };
const clusters = { neurons: 4, features: 1, experts: 2, seed: 1 };

/** Every array argument of every exported function: what it takes, and a call with it. `never` lets anything in. */
const calls: Readonly<Record<string, readonly (readonly [string, (array: never) => unknown])[]>> = {
  clusterNeurons: [
    ["Float32Array", (weights) => routing.clusterNeurons(weights, clusters)],
    ["Int32Array Undefined", (present) => routing.clusterNeurons(new Float32Array(4), { ...clusters, present })],
  ],
  expertMeans: [["Float32Array", (weights) => routing.expertMeans(weights, clusters)]],
  groupedCapacity: [],
  groupTokens: [["Int32Array", (experts) => routing.groupTokens(experts, { experts: 4, align: 1 })]],
  invertPermutation: [["Int32Array", (order) => routing.invertPermutation(order)]],
  loadStatistics: [["Int32Array", (experts) => routing.loadStatistics(experts, 4)]],
  permuteRows: [
    ["Float32Array", (values) => routing.permuteRows(values, Int32Array.of(0), 4)],
    ["Int32Array", (order) => routing.permuteRows(new Float32Array(4), order, 1)],
  ],
  routeTokens: [
    ["Float32Array", (x) => routing.routeTokens(x, new Float32Array(4), shape)],
    ["Float32Array", (means) => routing.routeTokens(new Float32Array(4), means, shape)],
  ],
  seededRandom: [],
};

Deno.test("every exported function refuses arrays of another type with a TypeError", () => {
  const functions = Object.entries(routing).filter(([, value]) => typeof value === "function").map(([name]) => name);
  assertEquals(Object.keys(calls).sort(), functions.sort());
  for (const call of Object.values(calls).flat()) refusesOtherArrays(...call);
});

Deno.test("sizes are checked before anything is allocated for them", () => {
  const none = new Int32Array(0);
  worksWithin(1000, () => {
    for (const size of [65_537, 2 ** 32, 2 ** 53 - 1]) {
      assertThrows(() => routing.groupTokens(none, { experts: size, align: 1 }), RangeError, "experts must be at most");
      assertThrows(() => routing.groupTokens(none, { experts: 1, align: size }), RangeError, "align must be at most");
      assertThrows(() => routing.groupedCapacity(1, { experts: size, align: 1 }), RangeError, "at most 65536");
      assertThrows(() => routing.loadStatistics(none, size), RangeError, "experts must be at most 65536");
      const sizes = { tokens: 0, features: 1, experts: size };
      assertThrows(
        () => routing.routeTokens(new Float32Array(0), new Float32Array(0), sizes),
        Error,
        "Cannot route tokens",
      );
      assertThrows(() => routing.clusterNeurons(new Float32Array(0), { ...clusters, neurons: size }), TypeError);
    }
    const each = Int32Array.from({ length: 40_000 }, (_, i) => i);
    const padded = () => routing.groupTokens(each, { experts: 65_536, align: 65_536 });
    assertThrows(padded, RangeError, "must have at most 2147483647 rows: current value is 2621440000");
  });
});
