import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { inChunks, textsOf } from "./_testing.ts";
import { firstPlace, mostRecordBytes } from "./record_batch.ts";
import { textBatches } from "./text_batches.ts";

const utf8 = new TextEncoder();
const read = (bytes: Uint8Array, isCuttable = true) =>
  Array.fromAsync(textBatches(() => inChunks(bytes, 2 ** 18), isCuttable));

Deno.test("textBatches gives a file as one text", async () => {
  assertEquals(textsOf(await read(utf8.encode("\ufeffone\ntwo"))), ["\ufeffone\ntwo"]);
  assertEquals((await read(new Uint8Array()))[0]?.records.bytes.length, 0);
});

Deno.test("textBatches gives a long text in parts that begin with white space behind a letter", async () => {
  const text = "The whale é\nsank, 4 times. ".repeat(700_000);
  const batches = await read(utf8.encode(text));
  const parts = textsOf(batches);
  assert(parts.length > 1);
  assertEquals(parts.join(""), text);
  for (const [index, part] of parts.entries()) {
    if (index > 0) assert(/^[ \n]/.test(part) && /\p{L}$/u.test(parts[index - 1] ?? ""));
  }
  const last = batches.length - 1;
  for (const [index, { records, end }] of batches.entries()) {
    assert(records.kind === "part");
    assertEquals([records.isFirst, records.isLast, records.text.bytes], [
      index === 0,
      index === last,
      utf8.encode(text).length,
    ]);
    assertEquals(end.record, Number(index === last));
  }
  assertEquals((await read(utf8.encode(text), false)).length, 1);
});

Deno.test("textBatches looks through a long text before it gives the first part", async () => {
  const bytes = utf8.encode("The whale é\nsank. ".repeat(700_000));
  bytes[12_000_000] = 0xff;
  const [batch, more] = await read(bytes);
  assertEquals(more, undefined);
  assertEquals(batch?.refused.map(({ byte }) => byte), [12_000_000]);
  assertStringIncludes(batch?.refused[0]?.reason ?? "", "UTF-8");
});

Deno.test("textBatches refuses a text that is too long to be whole", async () => {
  const long = new Uint8Array(mostRecordBytes + 1).fill(0x61);
  for (const isCuttable of [true, false]) {
    const [batch] = await read(long, isCuttable);
    assertEquals([batch?.records.bytes.length, batch?.refused.length, batch?.start], [0, 1, firstPlace]);
  }
});
