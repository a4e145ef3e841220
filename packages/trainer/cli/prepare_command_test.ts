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

Deno.test("prepare says how a part that is held out is written", async () => {
  const rule = "must be a percentage, a file or a folder: current value is";
  const said = {
    "100%": "Cannot use --validation as it must be below 100%: current value is 100%",
    "0.05": `${rule} 0.05. Write 5%`,
    ".005": `${rule} .005. Write 0.5%`,
    "5": `${rule} 5. Write 5%`,
    "0,5%": `${rule} 0,5%. Write 0.5%`,
    "500": `${rule} 500. Write such as 0.5%`,
  };
  for (const [text, message] of Object.entries(said)) {
    const { code, terminal } = await call("prepare", "a", "--tokenizer", "bytes", "--out", "b", "--validation", text);
    assertEquals(code, 2);
    assertStringIncludes(terminal.errors, `${message}\n`);
  }
});

Deno.test("prepare takes a path of digits as a path where it is written as one", async () => {
  const args = ["prepare", "README.md", "--tokenizer", "bytes", "--out", "b", "--validation", "./5"];
  const { code, terminal } = await call(...args);
  assertEquals(code, 3);
  assertStringIncludes(terminal.errors, "Cannot read ./5 as it does not exist");
});

Deno.test("prepare of one document says what to do, and then does it", async () => {
  await withFolder(async (folder) => {
    const [text, held, out] = [join(folder, "one.md"), join(folder, "held.md"), join(folder, "tokens")];
    await Deno.writeTextFile(text, "The whale sank the ship.");
    await Deno.writeTextFile(held, "The ship sank.");
    const given = ["prepare", text, "--tokenizer", "bytes", "--out", out, "--workers", "1"];
    for (const part of ["0.5%", "99%"]) {
      const { code, terminal } = await call(...given, "--validation", part);
      assertEquals(code, 3);
      assertStringIncludes(
        terminal.errors,
        "the only document is either trained on or held out: name another file to hold",
      );
    }
    const { code, terminal } = await call(...given, "--validation", held);
    assertEquals([code, terminal.errors], [0, ""]);
    using tokens = await openTokens(out);
    assertEquals([tokens.index.train.documents, tokens.index.validation.documents], [1, 1]);
    assertEquals((await call(...given, "--validation", "0", "--overwrite")).code, 0);
  });
});
