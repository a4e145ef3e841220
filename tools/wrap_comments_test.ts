import { assertEquals } from "@std/assert";
import { wrapComments } from "./wrap_comments.ts";

const words = (count: number) => Array.from({ length: count }, (_, i) => `word${i % 10}`).join(" ");

Deno.test("a wide line and the rest of its paragraph are filled again", () => {
  const text = `// ${words(25)}\n// and more.\n//\n// Another paragraph.\ncode();`;
  const lines = wrapComments(text).split("\n");
  assertEquals(lines.length, 5);
  assertEquals(lines.slice(2), ["//", "// Another paragraph.", "code();"]);
  assertEquals(lines[1]?.endsWith("and more."), true);
  assertEquals(lines.every((line) => line.length <= 120), true);
});

Deno.test("a block of one line becomes one of three or more", () => {
  const lines = wrapComments(`  /** ${words(25)} */\n  x();`).split("\n");
  assertEquals([lines[0], lines.at(-2), lines.at(-1)], ["  /**", "   */", "  x();"]);
  assertEquals(lines.slice(1, -2).every((line) => line.startsWith("   * word") && line.length <= 120), true);
});

Deno.test("items keep their place, tags begin anew, and nothing is lost", () => {
  const text = ["/**", ` * - ${words(25)}`, ` * @returns ${words(3)}`, " */"].join("\n");
  const lines = wrapComments(text).split("\n");
  assertEquals(lines.map((line) => line.slice(0, 6)), ["/**", " * - w", " *   w", " * @re", " */"]);
  assertEquals(lines.join(" ").match(/word/g)?.length, 28);
});

Deno.test("a wide line that goes on with an item keeps its place", () => {
  const lines = wrapComments(` * - word\n *   ${words(25)}\n *   more\n * - another`).split("\n");
  assertEquals(lines.map((line) => line.slice(0, 6)), [" * - w", " *   w", " *   w", " * - a"]);
});

Deno.test("examples, tables, instructions to tools and what is narrow stay as they are", () => {
  const wide = words(30);
  const text = [
    "/**",
    " * ```ts",
    ` * ${wide}`,
    " * ```",
    ` * | ${wide} |`,
    " */",
    `// deno-lint-ignore ${wide}`,
    "// x",
  ].join("\n");
  assertEquals(wrapComments(text), text);
  assertEquals(wrapComments(wrapComments(`// ${wide}`)), wrapComments(`// ${wide}`));
});
