import { assertEquals } from "@std/assert";
import { findCircles } from "./find_circles.ts";

function circlesOf(sources: Readonly<Record<string, string>>): string[] {
  return findCircles(new Map(Object.entries(sources))).map((line) => line.split(":")[0] ?? "");
}

Deno.test("findCircles tells files that import each other, by way of others and of types too", () => {
  const sources = {
    "packages/x/a.ts": `import { b } from "./deep/b.ts";`,
    "packages/x/deep/b.ts": `import {\n  type C,\n} from "../c.ts";\nexport * from "./leaf.ts";`,
    "packages/x/c.ts": `export type { A } from "./a.ts";`,
    "packages/x/deep/leaf.ts": "",
  };
  assertEquals(circlesOf(sources), ["packages/x/a.ts → packages/x/deep/b.ts → packages/x/c.ts → packages/x/a.ts"]);
  assertEquals(circlesOf({ "a.ts": `await import("./a.ts")` }), ["a.ts → a.ts"]);
});

Deno.test("findCircles has nothing against many ways to one file, nor against examples in comments", () => {
  const sources = {
    "a.ts": `import "./b.ts";\nimport "./c.ts";`,
    "b.ts": `import "./d.ts";`,
    "c.ts": `import "./d.ts";\nimport "./b.ts";`,
    "d.ts": `/**\n * import "./a.ts";\n */\nimport "npm:a";`,
  };
  assertEquals(circlesOf(sources), []);
});

Deno.test("findCircles tells at least one of circles that share files, and those apart from it", () => {
  const shared = {
    "a.ts": `import "./b.ts";`,
    "b.ts": `import "./a.ts";\nimport "./c.ts";`,
    "c.ts": `import "./b.ts";`,
  };
  assertEquals(circlesOf(shared), ["a.ts → b.ts → a.ts", "b.ts → c.ts → b.ts"]);
  const apart = { ...shared, "x.ts": `import "./y.ts";`, "y.ts": `import "./x.ts";\nimport "./a.ts";` };
  assertEquals(circlesOf(apart).length, 3);
});
