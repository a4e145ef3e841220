import { openTokens } from "@beyond24/data";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { CaptureTerminal, withFolder } from "../_testing.ts";
import { runCommandLine } from "./command_line.ts";

async function call(...args: string[]): Promise<{ code: number; terminal: CaptureTerminal }> {
  const terminal = new CaptureTerminal();
  return { code: await runCommandLine(args, terminal), terminal };
}

Deno.test("tokenizer train learns from documents, and prepare makes tokens with it", async () => {
  await withFolder(async (folder) => {
    const lines = Array.from(
      { length: 300 },
      (_, index) => JSON.stringify({ body: `The whale ${index} sank the ship.` }),
    );
    await Deno.writeTextFile(join(folder, "a.jsonl"), lines.join("\n"));
    const [source, file, out] = ["a.jsonl", "tokenizer.json", "tokens"].map((name) => join(folder, name));
    const given = [source ?? "", "--field", "body"];
    assertEquals((await call("tokenizer", "train", ...given, "--vocabulary", "270", "--out", file ?? "")).code, 0);
    const made = await call(
      "prepare",
      ...given,
      "--tokenizer",
      file ?? "",
      "--out",
      out ?? "",
      "--validation",
      "20%",
      "--workers",
      "1",
    );
    assertEquals([made.code, made.terminal.errors], [0, ""]);
    using tokens = await openTokens(out ?? "");
    assertEquals(tokens.index.train.documents + tokens.index.validation.documents, 300);
    assertStringIncludes(tokens.tokenizer.decode(tokens.train.read(0, 30)), "The whale");
    const wrong = await call("prepare", source ?? "", "--tokenizer", "bytes", "--out", join(folder, "other"));
    assertEquals(wrong.code, 3);
    assertStringIncludes(wrong.terminal.errors, 'no field "text": its fields are "body"');
  });
});

Deno.test("prepare and tokenizer say what is missing", async () => {
  assertEquals((await call("prepare", "a.jsonl", "--out", "b")).code, 2);
  assertEquals((await call("prepare", "a.jsonl", "--tokenizer", "bytes")).code, 2);
  assertEquals((await call("tokenizer", "learn", "a.jsonl")).code, 2);
  assertEquals((await call("prepare", "a.jsonl", "--tokenizer", "none.json", "--out", "b")).code, 3);
});

Deno.test("tokenizer train says which records it passes over, and replaces no file unasked", async () => {
  await withFolder(async (folder) => {
    const [source, out] = [join(folder, "a.jsonl"), join(folder, "tokenizer.json")];
    const line = JSON.stringify({ text: "The whale sank the ship." });
    await Deno.writeTextFile(source, [line, "{", line, "[1]"].join("\n"));
    const learn = (...flags: string[]) => call("tokenizer", "train", source, "--vocabulary", "260", ...flags);
    const { code, terminal } = await learn("--out", out);
    assertEquals(code, 0, terminal.errors);
    assertStringIncludes(terminal.errors, "Passed over 2 records that are no documents, the first of them record 2 of");
    const before = await Deno.readTextFile(out);
    await Deno.writeTextFile(source, JSON.stringify({ text: "Another text of other words." }));
    const again = await learn("--out", out);
    assertEquals(again.code, 2);
    assertStringIncludes(again.terminal.errors, "tokenizer.json as it is there: use another --out, or --overwrite");
    assertEquals(await Deno.readTextFile(out), before);
    assertEquals((await learn("--out", out, "--overwrite")).code, 0);
    const intoFolder = await learn("--out", folder);
    assertEquals(intoFolder.code, 2);
    assertStringIncludes(intoFolder.terminal.errors, "as it must be a file: current value is a folder");
  });
});

Deno.test("prepare refuses to hold out all documents", async () => {
  const { code, terminal } = await call("prepare", "a", "--tokenizer", "bytes", "--out", "b", "--validation", "100%");
  assertEquals(code, 2);
  assertStringIncludes(terminal.errors, "Cannot use --validation as it must be below 100%: current value is 100%");
});
