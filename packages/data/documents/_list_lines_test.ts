import { assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import { listLines } from "./_list_lines.ts";
import { collect, inChunks } from "./_testing.ts";
import { StreamError } from "./stream_error.ts";

const linesOf = async (text: string, chunk = 7) =>
  new TextDecoder().decode(await collect(listLines(inChunks(new TextEncoder().encode(text), chunk))));

Deno.test("listLines gives every record a line and leaves it where it is", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.json()), fc.integer({ min: 0, max: 3 }), fc.nat(20), async (list, indent, chunk) => {
      const text = JSON.stringify(list.map((record): unknown => JSON.parse(record)), null, indent);
      const lines = await linesOf(text, chunk + 1);
      assertEquals(lines.length, text.length);
      const records = lines.split("\n").filter((line) => line.trim() !== "").map((line): unknown => JSON.parse(line));
      assertEquals(records, JSON.parse(text));
    }),
  );
});

Deno.test("listLines takes a byte order mark and white space around the list", async () => {
  assertEquals(await linesOf('\ufeff \n[ {"a": "],["} ,\n2] \n'), '       {"a": "],["} \n 2   ');
});

Deno.test("listLines refuses what is not one list", async () => {
  for (const text of ["", " ", "[1", '["', "[[1]", "\ufeff"]) {
    await assertRejects(() => linesOf(text), StreamError, "it ends early");
  }
  for (const text of ["{}", "1", "[1] 2", "[1][2]", "[1],"]) {
    await assertRejects(() => linesOf(text), StreamError, "one list of records: current");
  }
});
