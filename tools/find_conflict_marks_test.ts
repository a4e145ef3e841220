import { assertEquals } from "@std/assert";
import { findConflictMarks } from "./find_conflict_marks.ts";

Deno.test("findConflictMarks reports both ends of a conflict, and lets headings and quotes be", () => {
  const [ours, theirs] = ["<".repeat(7), ">".repeat(7)];
  const text = ["Title", "=".repeat(7), `${ours} HEAD`, "a", "=".repeat(7), "b", `${theirs} 1234567 (b)`, "> a"];
  assertEquals(findConflictMarks("docs/a.md", text.join("\n")), [
    `docs/a.md:3: a merge stopped here: ${ours} HEAD; choose what holds`,
    `docs/a.md:7: a merge stopped here: ${theirs} 1234567 (b); choose what holds`,
  ]);
});
