import { checkJson, parseJson, readJsonFile } from "@beyond24/disk/json";
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { array, finite, number, object, pipe, safeInteger } from "valibot";
import { withFolder } from "./_testing.ts";

Deno.test("readJsonFile says in one line what is wrong with a file, and knows a byte order mark", () =>
  withFolder(async (folder) => {
    const path = join(folder, "file.json");
    const schema = object({ phases: array(object({ steps: number() })) });
    const refused: [string, string][] = [
      ["", "it must be JSON: current value is nothing"],
      ["\0".repeat(4096), "it must be JSON: current value is nothing"],
      ["{\n", "it must be JSON: current value is {"],
      ["x".repeat(1000), `it must be JSON: current value is ${"x".repeat(57)}…`],
      ["null", "it must be Object: current value is null"],
      ['{ "phases": 1 }', "its phases must be Array: current value is 1"],
      ['{ "phases": [{ "steps": 1 }, { "steps": [] }] }', "its phases.1.steps must be number: current value is Array"],
    ];
    for (const [text, message] of refused) {
      await Deno.writeTextFile(path, text);
      await assertRejects(() => readJsonFile(path, schema), SyntaxError, `Cannot read ${path} as ${message}`);
    }
    await Deno.writeTextFile(path, '\uFEFF{ "phases": [], "other": 1 }');
    assertEquals(await readJsonFile(path, schema), { phases: [] });
    assertEquals(await readJsonFile(join(folder, "missing"), schema), undefined);
  }));

Deno.test("checkJson says what a number must be that is too large, or a part of one", () => {
  const schema = object({ loss: pipe(number(), finite()), steps: pipe(number(), safeInteger()) });
  const refuse = (text: string) => assertThrows(() => checkJson(schema, parseJson(text)), SyntaxError).message;
  assertEquals(refuse('{ "loss": 1e400, "steps": 1 }'), "its loss must be finite: current value is Infinity");
  assertEquals(refuse('{ "loss": 1, "steps": 0.5 }'), "its steps must be a whole number: current value is 0.5");
});
