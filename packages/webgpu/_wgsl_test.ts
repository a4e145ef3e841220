import { assertEquals } from "@std/assert";
import { each, part, textsOf, valuesOf, wgsl } from "./_wgsl.ts";

Deno.test("a text loses its common indentation, and pieces take over that of their place", () => {
  const text = wgsl`
    fn main() {
      ${each(2, (r) => `var sum_${r} = 0.0;`)}
      ${wgsl`
        if (true) {
          f();
        }
      `}
    }
  `;
  assertEquals(text, "fn main() {\n  var sum_0 = 0.0;\n  var sum_1 = 0.0;\n  if (true) {\n    f();\n  }\n}");
});

Deno.test("a line whose only piece is empty is not there", () => {
  assertEquals(
    wgsl`
    a
    ${false}
    ${undefined}
    ${""}
    ${[false, []]}
    b${false}
  `,
    "a\nb",
  );
});

Deno.test("lists nest, and what is empty in them leaves no line", () => {
  const text = wgsl`
    {
      ${each(2, (r) => each(r + 1, (c) => c === r && `${r}${c}`))}
    }
  `;
  assertEquals(text, "{\n  00\n  11\n}");
});

Deno.test("numbers and texts within a line stand where they are", () => {
  assertEquals(
    wgsl`let x_${3} = vec4<f32>(${each(4, (e) => `y_${e}`).join(", ")});`,
    "let x_3 = vec4<f32>(y_0, y_1, y_2, y_3);",
  );
});

Deno.test("an empty line in a piece stays without indentation", () => {
  assertEquals(
    wgsl`
    {
      ${"a\n\nb"}
    }
  `,
    "{\n  a\n\n  b\n}",
  );
});

Deno.test("parts keep their order, and are written only when they are asked for", () => {
  let written = 0;
  const parts = ["first", part(({ COUNT, LATE }) => `${written++} ${COUNT} ${LATE}`, { COUNT: 3, LATE: true }), "last"];
  assertEquals(valuesOf(parts), { COUNT: 3, LATE: true });
  assertEquals(written, 0);
  assertEquals(textsOf(parts), "first\n0 3 true\nlast");
});
