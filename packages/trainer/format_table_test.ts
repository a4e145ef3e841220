import { assertEquals } from "@std/assert";
import { formatTable } from "./format_table.ts";

Deno.test("formatTable aligns the first column left and the others right", () => {
  assertEquals(formatTable([["a", "1"], ["bcd", "22"]]), "a     1\nbcd  22");
});
