import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { inChunks, textsOf } from "./_testing.ts";
import { lineBatches } from "./line_batches.ts";
import { batchBytes, firstPlace, mostRecordBytes } from "./record_batch.ts";

const utf8 = new TextEncoder();

Deno.test("lineBatches gives all lines once, and from the end of any batch the rest of them", async () => {
  const anyLines = fc.array(fc.integer({ min: 0, max: 400_000 }), { minLength: 1, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(anyLines, fc.boolean(), fc.integer({ min: 1000, max: 300_000 }), async (lengths, ends, chunk) => {
      const lines = lengths.map((length, index) => String(index % 10).repeat(length));
      const bytes = utf8.encode(lines.join("\n") + (ends ? "\n" : ""));
      const batches = await Array.fromAsync(lineBatches(inChunks(bytes, chunk), firstPlace));
      const full = lines.filter((line) => line !== "");
      assertEquals(textsOf(batches), full);
      assert(batches.slice(0, -1).every(({ records }) => records.bytes.length > batchBytes / 4));
      for (const { end } of batches) {
        const rest = await Array.fromAsync(lineBatches(inChunks(bytes, chunk), end));
        const after = batches.slice(batches.findIndex((batch) => batch.end === end) + 1);
        assertEquals(textsOf(rest), textsOf(after));
        assertEquals(rest.at(-1)?.end ?? end, batches.at(-1)?.end ?? end);
      }
      assertEquals(batches.at(-1)?.end ?? firstPlace, {
        byte: bytes.length,
        record: bytes.length === 0 ? 0 : lines.length - Number(!ends && lines.at(-1) === ""),
      });
    }),
    { numRuns: 20 },
  );
});

Deno.test("lineBatches refuses a line that is too long, and goes on behind it", async () => {
  async function* chunks() {
    yield utf8.encode("one\n");
    const long = new Uint8Array(2 ** 24).fill(0x61);
    for (let length = 0; length <= mostRecordBytes; length += long.length) yield await Promise.resolve(long.slice());
    yield utf8.encode("aa\ntwo\n");
  }
  const batches = await Array.fromAsync(lineBatches(chunks(), firstPlace));
  assertEquals(textsOf(batches), ["one", "two"]);
  const refused = batches.flatMap((batch) => batch.refused);
  assertEquals(refused.map(({ record, byte }) => ({ record, byte })), [{ record: 2, byte: 4 }]);
  assertEquals(batches.at(-1)?.end.record, 3);
});
