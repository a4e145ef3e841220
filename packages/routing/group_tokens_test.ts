import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { groupedCapacity, groupTokens, loadStatistics } from "./group_tokens.ts";

const anyRouting = fc.integer({ min: 1, max: 6 }).chain((experts) =>
  fc.record({
    experts: fc.constant(experts),
    align: fc.integer({ min: 1, max: 9 }),
    expertOfToken: fc.array(fc.nat(experts - 1), { maxLength: 40 }).map((list) => Int32Array.from(list)),
  })
);

Deno.test("groupTokens holds each entry once, in its segment, in order, padded to a multiple of align", () => {
  fc.assert(fc.property(anyRouting, ({ experts, align, expertOfToken }) => {
    const { order, offsets } = groupTokens(expertOfToken, { experts, align });
    assertEquals([offsets.length, offsets[0], offsets[experts]], [experts + 1, 0, order.length]);
    for (let expert = 0; expert < experts; expert++) {
      const segment = [...order.subarray(offsets[expert], offsets[expert + 1])];
      const expected = [...expertOfToken.keys()].filter((entry) => expertOfToken[entry] === expert);
      const padding = (align - expected.length % align) % align;
      assertEquals(segment, [...expected, ...new Array(padding).fill(-1)]);
    }
  }));
});

Deno.test("spread rows are those of sorting, four neighbours from the four quarters of their segment", () => {
  fc.assert(fc.property(anyRouting, fc.integer({ min: 1, max: 3 }), ({ experts, expertOfToken }, quarters) => {
    const align = 4 * quarters;
    const sorted = groupTokens(expertOfToken, { experts, align });
    const spread = groupTokens(expertOfToken, { experts, align, spread: true });
    assertEquals(spread.offsets, sorted.offsets);
    for (let expert = 0; expert < experts; expert++) {
      const [start = 0, end = 0] = sorted.offsets.subarray(expert, expert + 2);
      const quarter = (end - start) / 4;
      for (let i = 0; i < quarter; i++) {
        const four = [...spread.order.subarray(start + 4 * i, start + 4 * i + 4)];
        assertEquals(four, [0, 1, 2, 3].map((j) => sorted.order[start + j * quarter + i]));
      }
    }
  }));
  const options = { experts: 1, align: 2, spread: true };
  assertThrows(() => groupTokens(Int32Array.of(0), options), RangeError, "multiple of 4 to spread them");
});

Deno.test("groupedCapacity is enough for every routing and reached by one", () => {
  fc.assert(fc.property(anyRouting, ({ experts, align, expertOfToken }) => {
    const capacity = groupedCapacity(expertOfToken.length, { experts, align });
    assert(groupTokens(expertOfToken, { experts, align }).order.length <= capacity);
    assertEquals(capacity % align, 0);
  }));
  // One token for each expert but the first, and the rest for the first: every segment pads as much as it can.
  for (const [entries, experts, align] of [[5, 3, 4], [9, 2, 4], [2, 5, 3], [13, 4, 5], [0, 3, 4]] as const) {
    const routing = Int32Array.from({ length: entries }, (_, entry) => entry < experts ? entry : 0);
    const rows = groupTokens(routing, { experts, align }).order.length;
    assertEquals(rows, groupedCapacity(entries, { experts, align }));
  }
  assertThrows(() => groupedCapacity(-1, { experts: 1, align: 1 }), RangeError, "entries");
});

Deno.test("groupTokens of no tokens, and of experts without tokens", () => {
  const empty = groupTokens(new Int32Array(0), { experts: 2, align: 64 });
  assertEquals(empty, { order: new Int32Array(0), offsets: Int32Array.of(0, 0, 0) });
  const last = groupTokens(Int32Array.of(3, 3), { experts: 4, align: 1 });
  assertEquals(last, { order: Int32Array.of(0, 1), offsets: Int32Array.of(0, 0, 0, 0, 2) });
});

Deno.test("groupTokens of top-2 routing indexes the flat array", () => {
  const { order } = groupTokens(Int32Array.of(1, 0, 0, 1, 1, 2), { experts: 3, align: 1 });
  assertEquals([...order].map((entry) => Math.floor(entry / 2)), [0, 1, 0, 1, 2, 2]);
});

Deno.test("groupTokens refuses experts that do not exist", () => {
  for (const expert of [-1, 2]) {
    const routing = Int32Array.of(0, expert);
    assertThrows(() => groupTokens(routing, { experts: 2, align: 1 }), RangeError, `current value is ${expert}`);
    assertThrows(() => loadStatistics(routing, 2), RangeError, "Cannot measure load");
  }
  assertThrows(() => groupTokens(Int32Array.of(0), { experts: 1, align: 0 }), RangeError, "align");
  assertThrows(() => groupTokens(Int32Array.of(0), { experts: 0, align: 1 }), RangeError, "experts");
});

Deno.test("loadStatistics at its extremes", () => {
  const even = loadStatistics(Int32Array.of(0, 1, 2, 3), 4);
  assertEquals([even.min, even.mean, even.max, even.imbalance], [1, 1, 1, 1]);
  assertAlmostEquals(even.entropy, 1);
  const all = loadStatistics(Int32Array.of(2, 2, 2, 2), 4);
  assertEquals([all.min, all.mean, all.max, all.imbalance, all.entropy], [0, 1, 4, 4, 0]);
  const none = loadStatistics(new Int32Array(0), 3);
  assertEquals([none.min, none.mean, none.max, none.imbalance, none.entropy], [0, 0, 0, 1, 1]);
  assertEquals(none.fractions, new Float64Array(3));
  assertEquals(loadStatistics(Int32Array.of(0), 1).entropy, 1);
});

Deno.test("loadStatistics adds up", () => {
  fc.assert(fc.property(anyRouting, ({ experts, expertOfToken }) => {
    const { counts, fractions, min, mean, max, entropy } = loadStatistics(expertOfToken, experts);
    assertEquals(counts.reduce((sum, count) => sum + count), expertOfToken.length);
    if (expertOfToken.length > 0) assertAlmostEquals(fractions.reduce((sum, fraction) => sum + fraction), 1);
    assert(min <= mean && mean <= max);
    assert(entropy >= 0 && entropy <= 1 + 1e-12);
  }));
});
