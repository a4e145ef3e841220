import { assertEquals, assertThrows } from "@std/assert";
import { expandTemplate } from "./_expand_template.ts";

Deno.test("a loop repeats its lines with its counter", () => {
  const text = "//# for r < ROWS\nvar acc_$r = x_${r / 4}[${r % 4}];\n//# end";
  assertEquals(expandTemplate(text, { ROWS: 5 }).split("\n"), [
    "var acc_0 = x_0[0];",
    "var acc_1 = x_0[1];",
    "var acc_2 = x_0[2];",
    "var acc_3 = x_0[3];",
    "var acc_4 = x_1[0];",
  ]);
});

Deno.test("loops nest and choices keep or drop lines", () => {
  const text =
    "//# for r < 2\n//# for c < r + 1\n//# if c == r\n$r$c\n//# end\n//# if !(c == r)\n-\n//# end\n//# end\n//# end";
  assertEquals(expandTemplate(text, {}), "00\n-\n11");
});

Deno.test("operators bind as usual", () => {
  assertEquals(expandTemplate("${2 + 3 * (7 - 5) % 4 == 4}", {}), "1");
  assertEquals(expandTemplate("${9 / 2 * 2}", {}), "8");
});

Deno.test("what cannot be expanded is refused", () => {
  assertThrows(() => expandTemplate("//# for r < 2\nx", {}), SyntaxError, "no end");
  assertThrows(() => expandTemplate("//# for r in 2\n//# end", {}), SyntaxError, "name < count");
  assertThrows(() => expandTemplate("$UNKNOWN", {}), SyntaxError, "unknown");
  assertThrows(() => expandTemplate("${1 & 2}", {}), SyntaxError, "malformed");
});

Deno.test("a text without directives stays as it is", () => {
  assertEquals(expandTemplate("fn f() {\n  // # a comment\n}", {}), "fn f() {\n  // # a comment\n}");
});
