import { assertEquals, assertThrows } from "@std/assert";
import { operationsOf, operationSwitch } from "./_operation_switch.ts";
import { OPERATIONS } from "./operations.ts";

const sources = new Map([
  ["sums", "export function sum(): void {\n}\n\nexport function sumOfChunks(): void {\n}\n"],
  ["rope", "export function turn(x: f32): f32 {\n}\nexport function rope(): void {\n}\n"],
  ["runtime", "export function finish(): void {\n}\n"],
]);

Deno.test("operations are functions without arguments, numbered by their names", () => {
  const operations = operationsOf(sources);
  assertEquals([...operations], [["rope", "rope"], ["sum", "sums"], ["sumOfChunks", "sums"]]);
  assertEquals(
    operationSwitch(operations),
    [
      'import { rope } from "./rope";',
      'import { sum } from "./sums";',
      'import { sumOfChunks } from "./sums";',
      "export function callOperation(operation: i32): void {",
      "  switch (operation) {",
      "    case 0: return rope();",
      "    case 1: return sum();",
      "    case 2: return sumOfChunks();",
      "  }",
      "}",
      "",
    ].join("\n"),
  );
});

Deno.test("two functions of one name are refused", () => {
  const twice = new Map([...sources, ["other", "export function sum(): void {\n}\n"]]);
  assertThrows(() => operationsOf(twice), TypeError, "sum must be one function: it is in sums and other");
});

Deno.test("the names that are checked in are those of the sources: deno task build:wasm", () => {
  const folder = new URL("kernels/", import.meta.url);
  const files = [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) => name.endsWith(".as")).sort();
  const texts = files.map((name) => [name.slice(0, -3), Deno.readTextFileSync(new URL(name, folder))] as const);
  assertEquals<readonly string[]>(OPERATIONS, [...operationsOf(new Map(texts)).keys()]);
});
