import { assertEquals, assertThrows } from "@std/assert";
import { operationSwitch } from "./_operation_switch.ts";

const sources = new Map([
  ["sums", "export function sum(): void {\n}\n\nexport function sumOfChunks(): void {\n}\n"],
  ["rope", "export function turn(x: f32): f32 {\n}\nexport function rope(): void {\n}\n"],
]);

Deno.test("operationSwitch() numbers operations and finds their files", () => {
  assertEquals(
    operationSwitch(["rope", "sum"], sources),
    [
      'import { rope } from "./rope";',
      'import { sum } from "./sums";',
      "export function callOperation(operation: i32): void {",
      "  switch (operation) {",
      "    case 0: return rope();",
      "    case 1: return sum();",
      "  }",
      "}",
      "",
    ].join("\n"),
  );
});

Deno.test("operationSwitch() refuses a name without a function, and one with two", () => {
  assertThrows(() => operationSwitch(["turn"], sources), TypeError, "operation turn must be one exported function");
  const twice = new Map([...sources, ["other", "export function sum(): void {\n}\n"]]);
  assertThrows(() => operationSwitch(["sum"], twice), TypeError, "current value is 2 of them");
});
