import { corpusDigest, type CorpusText, DataError, loadCorpus, repositoryCorpus } from "@beyond24/data";
import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";

async function withFolder(files: Record<string, string | Uint8Array>, run: (folder: string) => Promise<void>) {
  const folder = await Deno.makeTempDir();
  try {
    for (const [name, contents] of Object.entries(files)) {
      await Deno.mkdir(join(folder, name, ".."), { recursive: true });
      if (typeof contents === "string") await Deno.writeTextFile(join(folder, name), contents);
      else await Deno.writeFile(join(folder, name), contents);
    }
    await run(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const textOf = ({ bytes }: CorpusText) => new TextDecoder().decode(bytes);

Deno.test("loadCorpus reads folders in a fixed order and passes over what is no text", async () => {
  const files = {
    "b.txt": "two",
    "a/z.md": "one",
    "c.MD": "three",
    "picture.png": Uint8Array.of(255, 254),
    "empty.txt": "",
    ".hidden/x.txt": "no",
    "node_modules/y.js": "no",
    "runs/z.txt": "no",
  };
  await withFolder(files, async (folder) => {
    const { texts } = await loadCorpus([folder]);
    assertEquals(texts.map(textOf), ["one", "two", "three"]);
    const several = await loadCorpus([join(folder, "b.txt"), join(folder, "a")]);
    assertEquals(several.texts.map(textOf), ["two", "one"]);
  });
});

Deno.test("loadCorpus names the path that it cannot use", async () => {
  const bad = new Uint8Array(70_000).fill(0x61);
  bad[65_537] = 0xff;
  const files = {
    "empty.txt": "",
    "bad.txt": bad,
    "cut.txt": Uint8Array.of(0x61, 0xe2, 0x82),
    "late.txt": Uint8Array.of(0x61, 0xe2, 0x82, 0x61),
    "folder/picture.png": "x",
    "blank/empty.md": "",
  };
  await withFolder(files, async (folder) => {
    const faults: Record<string, string> = {
      "missing.txt": "does not exist",
      "empty.txt": "is empty",
      "bad.txt": "0xff at byte 65537",
      "cut.txt": "0xe2 at byte 1",
      "late.txt": "0xe2 at byte 1",
      "folder": "holds no text file",
      "blank": "holds no text",
    };
    for (const [name, message] of Object.entries(faults)) {
      const path = join(folder, name);
      const error = await assertRejects(() => loadCorpus([path]), DataError, message);
      assert(error.message.includes(path), error.message);
    }
    await assertRejects(() => loadCorpus([]), DataError, "no path");
  });
});

Deno.test("loadCorpus refuses lines of JSON, named or in a folder, and says what to do", () =>
  withFolder({ "a.txt": "text", "b.JSONL": '{"text": "one"}\n' }, async (folder) => {
    for (const path of [folder, join(folder, "b.JSONL")]) {
      await assertRejects(
        () => loadCorpus([path]),
        DataError,
        "b.JSONL as it is lines of JSON and no text: prepare it first",
      );
    }
  }));

Deno.test("loadCorpus refuses more text than it can hold before it reads any", () =>
  withFolder({ "a.txt": "", "b.txt": "", "c.txt": "x" }, async (folder) => {
    const [a, b, c] = ["a.txt", "b.txt", "c.txt"].map((name) => join(folder, name));
    if (a === undefined || b === undefined || c === undefined) throw new Error("three paths");
    await Deno.truncate(a, 4e9);
    const limit = "as plain text must be at most 536870912 bytes in all: current value is";
    await assertRejects(() => loadCorpus([a]), DataError, `a.txt ${limit} 4000000000. Prepare it first`);
    for (const path of [a, b]) await Deno.truncate(path, 3e8);
    await assertRejects(
      () => loadCorpus([a, b, c]),
      DataError,
      `a.txt and 2 more ${limit} 600000001. Prepare it first`,
    );
  }));

Deno.test("loadCorpus refuses a pipe or device without opening it", async () => {
  if (Deno.build.os === "windows") return;
  await withFolder({}, async (folder) => {
    const pipe = join(folder, "pipe.txt");
    await new Deno.Command("mkfifo", { args: [pipe] }).output();
    for (const path of [pipe, "/dev/zero"]) {
      await assertRejects(() => loadCorpus([path]), DataError, "a file or a folder: current value is a pipe or device");
    }
  });
});

Deno.test("repositoryCorpus holds sources and documents, always in the same order", async () => {
  const { texts } = await repositoryCorpus();
  const paths = texts.map(({ path }) => path);
  assert(paths.includes("packages/data/load_corpus_test.ts"));
  assert(paths.every((path) => /\.(ts|md|cu)$/.test(path)));
  assert(paths.every((path) => !/node_modules|^runs|(^|\/)\./.test(path)));
  assertEquals((await repositoryCorpus()).texts.map(({ path }) => path), paths);
});

Deno.test("repositoryCorpus of a folder without sources is refused", async () => {
  await withFolder({ "notes.pdf": "x" }, async (folder) => {
    await assertRejects(() => repositoryCorpus(folder), DataError, folder);
  });
});

Deno.test("corpusDigest tells texts cut differently apart, and is what older runs recorded", () => {
  const texts = (...parts: string[]) => ({
    texts: parts.map((text) => ({ path: "", bytes: new TextEncoder().encode(text) })),
  });
  assertNotEquals(corpusDigest(texts("ab", "c")), corpusDigest(texts("a", "bc")));
  assertNotEquals(corpusDigest(texts("a", "b")), corpusDigest(texts("b", "a")));
  const recorded = "287ab4d31db494bc667b008c1a21602124f49ad81f9b93c7609ea86cbc15b58a";
  assertEquals(corpusDigest(texts("\ufeffé", "b")), recorded);
});

Deno.test("loadCorpus refuses a folder above prepared tokens, and reads another index.json", async () => {
  await withFolder(
    { "a/index.json": '{\n  "format": "beyond24-tokens" }', "a/tokenizer.json": "{}" },
    async (folder) => {
      const expected = `holds prepared tokens, which are no text: name them, ${join(folder, "a")}`;
      await assertRejects(() => loadCorpus([folder]), DataError, expected);
    },
  );
  await withFolder({ "index.json": '{ "name": "beyond24-tokens" }' }, async (folder) => {
    assertEquals((await loadCorpus([folder])).texts.length, 1);
  });
});
