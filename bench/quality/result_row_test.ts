import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { testRow } from "./_testing.ts";
import { describeMix } from "./describe_mix.ts";
import { decodeRow, encodeRow, readRows } from "./result_row.ts";

Deno.test("a row is read as it was written, a point of its curve a line", () => {
  const row = testRow({ curve: [[10, 2.5], [20, 1.25e-7]] });
  const text = encodeRow(row);
  assertEquals(decodeRow(text, "a.json"), row);
  assertStringIncludes(text, "[10, 2.5]");
});

Deno.test("what is no row is refused with file and reason", () => {
  const text = (values: Record<string, unknown>) => JSON.stringify({ ...testRow({}), ...values });
  assertThrows(() => decodeRow(text({ val_loss: null }), "a.json"), SyntaxError, "a.json");
  assertThrows(() => decodeRow(text({ run: "w9" }), "a.json"), SyntaxError, "there is no run w9");
  assertThrows(() => decodeRow(text({ size: "toString" }), "a.json"), SyntaxError, "there is no size");
  assertThrows(() => decodeRow("7", "a.json"), SyntaxError, "object");
});

Deno.test("rows are read from the folders of sizes, and a missing folder has none", async () => {
  const folder = await Deno.makeTempDir();
  try {
    assertEquals(await readRows(join(folder, "none")), []);
    await Deno.mkdir(join(folder, "23m"));
    for (const seed of [2, 1]) {
      await Deno.writeTextFile(join(folder, `23m/dense.seed${seed}.json`), encodeRow(testRow({ seed })));
    }
    assertEquals((await readRows(folder)).map(({ seed }) => seed), [1, 2]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("rows of another device, corpus or revision are not held together in silence", () => {
  assertEquals(describeMix([testRow({}), testRow({ seed: 2 })]), []);
  const [device, corpus, revision] = describeMix([
    testRow({}),
    testRow({ device: "another", corpus: "b", revisions: [] }),
  ]);
  assertEquals(device, "rows of 23m are of 2 devices: a device (1 row), another (1 row)");
  assertStringIncludes(corpus ?? "", "2 corpora");
  assertStringIncludes(revision ?? "", "unknown");
  // Studies of another size are not compared with each other.
  assertEquals(describeMix([testRow({}), testRow({ size: "tiny", device: "another" })]), []);
});
