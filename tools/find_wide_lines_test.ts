import { assertEquals } from "@std/assert";
import { findWideLines } from "./find_wide_lines.ts";

Deno.test("findWideLines reports prose over 120 columns, and lets rows of tables be", () => {
  const text = ["x".repeat(120), "x".repeat(121), `| ${"x".repeat(200)} |`, `  | ${"x".repeat(200)}`].join("\n");
  assertEquals(findWideLines("docs/a.md", text), ["docs/a.md:2: 121 columns; wrap it at 120"]);
});
