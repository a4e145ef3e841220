import { assertEquals, assertStringIncludes } from "@std/assert";
import { basename, dirname, fromFileUrl, join } from "@std/path";
import { withFolder } from "../../../packages/trainer/_testing.ts";
import { textSources } from "./text_sources.ts";

const program = fromFileUrl(new URL("./build_texts.ts", import.meta.url));

async function build(...folders: string[]): Promise<{ code: number; words: string }> {
  const args = ["run", "--quiet", "--no-prompt", "--allow-read", "--allow-write", program, ...folders];
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args }).output();
  const words = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join("");
  return { code, words };
}

const sentence = "It was the age of wisdom, and it was the age of the foolish in a town that is no more. ";

/** A text that every source takes, with a word of its own. */
function textOf(word: string): string {
  const body = `${word} ${sentence.repeat(10)}`;
  const bar = "----------\n";
  return `*** START OF THE BOOK ***\n\n${bar}${bar}\n${body}\n*** END OF THE BOOK ***\n`;
}

async function writeClones(folder: string): Promise<void> {
  for (const { repository, folder: inside, extension } of textSources) {
    const file = join(folder, basename(repository), inside, `a${extension}`);
    await Deno.mkdir(dirname(file), { recursive: true });
    await Deno.writeTextFile(file, textOf(basename(repository)));
  }
}

Deno.test("texts are written whole or under another name, the same each time, and say when they are others", () =>
  withFolder(async (folder) => {
    const [clones, out] = [join(folder, "clones"), join(folder, "texts")];
    await writeClones(clones);
    await Deno.mkdir(`${out}.unfinished`); // of a run that was stopped
    await Deno.writeTextFile(
      join(`${out}.unfinished`, "part-3.jsonl"),
      "old, and longer than what comes now".repeat(1000),
    );
    const { code, words } = await build(clones, out);
    assertEquals(code, 0, words);
    assertStringIncludes(words, `${textSources.length} texts, sha256`);
    assertStringIncludes(words, "note: the rows at 125 M are of other texts");
    const names = [...Deno.readDirSync(out)].map(({ name }) => name).sort();
    assertEquals(names, Array.from({ length: 8 }, (_, part) => `part-${part}.jsonl`));

    const again = await build(clones, out);
    assertEquals([again.code, again.words.trim()], [
      1,
      `error: Cannot build texts as there is ${out}: remove it, or name another folder`,
    ]);
    const other = await build(clones, `${out}2/`);
    assertEquals(other.words.replaceAll(`${out}2`, out), words);
    const mine = join(`${out}3.unfinished`, "mine.txt");
    await Deno.mkdir(dirname(mine));
    await Deno.writeTextFile(mine, "somebody's own");
    assertStringIncludes(
      (await build(clones, `${out}3`)).words,
      `error: Cannot build texts as ${mine} is none of them`,
    );
  }));

Deno.test("what is missing is said in a line before anything is written", () =>
  withFolder(async (folder) => {
    const [clones, out] = [join(folder, "clones"), join(folder, "texts")];
    assertStringIncludes((await build(clones)).words, "error: Cannot build texts: give the folder of the clones");
    assertStringIncludes((await build(clones, out)).words, "is no folder: clone github.com/rcdm-uga/Gutenberg_Text");
    await writeClones(clones);
    await Deno.remove(join(clones, "peps/peps/a.rst"));
    assertStringIncludes(
      (await build(clones, out)).words,
      `error: Cannot build texts as ${join(clones, "peps")} has none`,
    );
    assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name).sort(), [
      "clones",
      "text.txt",
      "texts.unfinished",
    ]);
  }));
