import { gzipSync, zstdCompressSync } from "node:zlib";
import { openTokens } from "@beyond24/data";
import { type PrepareOptions, prepareTokens } from "@beyond24/data/prepare";
import { ByteTokenizer, loadTokenizer, trainTokenizer } from "@beyond24/tokenizer";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { parquetWriteBuffer } from "hyparquet-writer";
import { DataError } from "../data_error.ts";
import { lockFolder } from "./_lock_folder.ts";
import { FolderInUseError } from "./folder_in_use_error.ts";

const bytes = new ByteTokenizer();
const utf8 = new TextEncoder();

/** Documents in which every third one is there twice, and some are long. */
const documents = Array.from({ length: 1200 }, (_, index) => {
  const number = index % 3 === 2 ? index - 2 : index;
  return `Document ${number}. ${"It goes on, é, with the whale. ".repeat(number * 7919 % 90)}`;
});
const jsonl = documents.map((text, id) => JSON.stringify({ id, text }) + "\n").join("");

async function withFolder(files: Record<string, string | Uint8Array>, run: (folder: string) => Promise<void>) {
  const folder = await Deno.makeTempDir();
  try {
    for (const [name, contents] of Object.entries(files)) {
      await Deno.mkdir(join(folder, name, ".."), { recursive: true });
      await Deno.writeFile(join(folder, name), typeof contents === "string" ? utf8.encode(contents) : contents);
    }
    await run(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Contents of a folder by name. */
async function contents(folder: string): Promise<Record<string, string>> {
  const files: [string, string][] = [];
  for await (const { name } of Deno.readDir(folder)) {
    if (name !== ".prepare.lock") files.push([name, (await Deno.readFile(join(folder, name))).toHex()]);
  }
  return Object.fromEntries(files.sort());
}

/** Documents of prepared tokens, in order. */
async function documentsIn(out: string, part: "train" | "validation" = "train"): Promise<string[]> {
  using tokens = await openTokens(out);
  const all = tokens[part].read(0, tokens[part].length);
  const texts = tokens.tokenizer.decode(all).split(tokens.tokenizer.decode([tokens.tokenizer.eos ?? 0]));
  assertEquals(texts.pop(), "");
  return texts;
}

const prepare = (folder: string, options: Partial<PrepareOptions> = {}) =>
  prepareTokens({
    paths: [join(folder, "in")],
    out: join(folder, "out"),
    tokenizer: bytes,
    validation: 0,
    workers: 1,
    ...options,
  });

Deno.test("prepareTokens reads every format, compressed or not", async () => {
  const texts = documents.slice(0, 40);
  const lines = texts.map((text) => JSON.stringify({ text })).join("\n");
  const table = parquetWriteBuffer({ columnData: [{ name: "text", data: texts, type: "STRING" }] });
  const forms: Record<string, Uint8Array> = {
    "a.jsonl": utf8.encode(lines),
    "a.ndjson": utf8.encode("\ufeff" + lines.replaceAll("\n", "\r\n\n") + "\n"),
    "a.json": utf8.encode(JSON.stringify(texts.map((text) => ({ text })), null, 2)),
    "a.parquet": new Uint8Array(table),
  };
  for (const [name, form] of Object.entries(forms)) {
    const half = Math.floor(form.length / 2);
    const compressed = {
      [name]: form,
      [`${name}.gz`]: Uint8Array.of(...gzipSync(form.subarray(0, half)), ...gzipSync(form.subarray(half))),
      [`${name}.zst`]: Uint8Array.of(
        ...zstdCompressSync(form.subarray(0, half)),
        ...zstdCompressSync(form.subarray(half)),
      ),
    };
    for (const [file, data] of Object.entries(compressed)) {
      await withFolder({ [`in/${file}`]: data }, async (folder) => {
        await prepare(folder);
        assertEquals(await documentsIn(join(folder, "out")), texts, file);
      });
    }
  }
});

Deno.test("prepareTokens takes a file of text as a document, in the order of the paths", async () => {
  const long = "The whale sank again, é. ".repeat(500_000);
  await withFolder(
    { "in/b.txt": "two", "in/a/z.md": "one", "in/c.txt.gz": gzipSync(utf8.encode(long)) },
    async (folder) => {
      const heard: string[] = [];
      await Deno.writeTextFile(join(folder, "in/d.csv"), "no");
      const { index } = await prepare(folder, { onWarning: (message) => heard.push(message) });
      assertEquals(await documentsIn(join(folder, "out")), ["one", "two", long]);
      assertEquals(index?.train, { ...index?.train, documents: 3, bytes: 6 + utf8.encode(long).length });
      assertEquals(heard.length, 1);
    },
  );
});

Deno.test("prepareTokens writes the same bytes with any number of threads and shards of any length", async () => {
  await withFolder({ "in/a.jsonl": jsonl, "in/b.jsonl": jsonl, "in/c.txt": "The end" }, async (folder) => {
    const options = { validation: 0.1, deduplicate: true };
    const index = (await prepare(folder, { ...options, workers: 1, out: join(folder, "one") })).index;
    await prepare(folder, { ...options, workers: 3, out: join(folder, "three") });
    assertEquals(await contents(join(folder, "three")), await contents(join(folder, "one")));
    await prepare(folder, { ...options, workers: 2, out: join(folder, "small"), shardTokens: 50_000 });
    assert((await contents(join(folder, "small")))["train-00003.bin"] !== undefined);
    const unique = new Set(documents).size + 1;
    assertEquals([index?.duplicates, (index?.train.documents ?? 0) + (index?.validation.documents ?? 0)], [
      2401 - unique,
      unique,
    ]);
    for (const part of ["train", "validation"] as const) {
      assertEquals(await documentsIn(join(folder, "small"), part), await documentsIn(join(folder, "one"), part));
    }
  });
});

Deno.test("prepareTokens holds documents out by what they say, or files of their own", async () => {
  await withFolder({ "in/a.jsonl": jsonl, "held/b.jsonl": '{"text": "held"}' }, async (folder) => {
    await prepare(folder, { validation: 0.2 });
    const [train, held] = [
      await documentsIn(join(folder, "out")),
      await documentsIn(join(folder, "out"), "validation"),
    ];
    assertEquals([...train, ...held].sort(), documents.toSorted());
    assert(Math.abs(held.length / documents.length - 0.2) < 0.05);
    assertEquals(new Set(train).intersection(new Set(held)).size, 0, "the same text goes the same way");
    await prepare(folder, { validation: [join(folder, "held")], out: join(folder, "own") });
    assertEquals(await documentsIn(join(folder, "own"), "validation"), ["held"]);
  });
});

Deno.test("prepareTokens puts tokens around documents as the tokenizer says", async () => {
  const file = await trainTokenizer(documents, { vocabularySize: 300, special: ["<s>", "</s>"] });
  const single = [{ SpecialToken: { id: "<s>", type_id: 0 } }, { Sequence: { id: "A", type_id: 0 } }];
  const tokenizer = await loadTokenizer({ ...file, post_processor: { type: "TemplateProcessing", single } });
  await withFolder({ "in/a.jsonl": '{"text": "one</s>"}\n{"text": "two"}' }, async (folder) => {
    const { index } = await prepare(folder, { tokenizer });
    using tokens = await openTokens(join(folder, "out"));
    const expected = [0, ...tokenizer.encode("one</s>"), 1, 0, ...tokenizer.encode("two"), 1];
    assertEquals([...tokens.train.read(0, tokens.train.length)], expected);
    assertEquals([index?.tokenizer.vocabularySize, index?.tokenizer.bos, index?.tokenizer.eos], [300, 0, 1]);
    assertEquals([tokens.tokenizer.bos, tokens.tokenizer.eos], [0, 1]);
  });
});

Deno.test("prepareTokens counts and lists records that are no documents, and goes on", async () => {
  const lines = [
    '{"text": "one"}',
    '{"text": "cut',
    '{"texts": "x", "id": 1}',
    '{"text": 5}',
    "[1]",
    '{"text": ""}',
    '{"text": "two"}',
    "",
  ];
  const file = Uint8Array.of(...utf8.encode(lines.join("\n")), 0x7b, 0xff, 0x0a);
  await withFolder({ "in/a.jsonl": file }, async (folder) => {
    const heard: string[] = [];
    const { index } = await prepare(folder, { onWarning: (message) => heard.push(message) });
    assertEquals(await documentsIn(join(folder, "out")), ["one", "two"]);
    assertEquals([index?.rejected, heard.length], [6, 6]);
    const list = (await Deno.readTextFile(join(folder, "out/rejected.jsonl"))).trim().split("\n")
      .map((line): { record: number; byte: number; reason: string } => JSON.parse(line));
    assertEquals(list.map(({ record }) => record), [2, 3, 4, 5, 6, 8]);
    assertEquals(list.at(-1)?.byte, file.length - 2);
    for (const [index, part] of ["JSON", '"texts", "id"', "5", "[1]", "empty", "0xff"].entries()) {
      assert(list[index]?.reason.includes(part), list[index]?.reason);
    }
    const strict = () => prepare(folder, { strict: true, out: join(folder, "strict") });
    await assertRejects(strict, DataError, `record 2 of ${join(folder, "in/a.jsonl")}, at byte 16, as it must be JSON`);
  });
});

Deno.test("prepareTokens goes on where it was stopped, to the same bytes", async () => {
  await withFolder({
    "in/a.jsonl": jsonl.repeat(3),
    "in/b.txt": "b",
    "in/c.json.zst": zstdCompressSync(utf8.encode(`[${jsonl.trim().replaceAll("\n", ",")}]`)),
  }, async (folder) => {
    const options = { validation: 0.1, deduplicate: true, shardTokens: 100_000 };
    await prepare(folder, { ...options, out: join(folder, "whole") });
    let stops = 0;
    for (;;) {
      const controller = new AbortController();
      const stop = () => controller.abort();
      const { status } = await prepare(folder, {
        ...options,
        signal: controller.signal,
        onProgress: stop,
        workers: 1 + stops % 2,
      });
      if (status === "finished") break;
      stops++;
      // What a kill leaves: more than the journal names.
      await Deno.writeTextFile(join(folder, "out/rejected.jsonl"), "torn", { append: true });
      const shards = Object.keys(await contents(join(folder, "out"))).filter((name) => name.startsWith("train"));
      await Deno.writeTextFile(join(folder, "out", shards.at(-1) ?? "train-00000.bin"), "torn", { append: true });
    }
    assert(stops >= 6, String(stops));
    assertEquals(await contents(join(folder, "out")), await contents(join(folder, "whole")));
  });
});

Deno.test("prepareTokens says what it cannot do", async () => {
  const broken = zstdCompressSync(utf8.encode(jsonl));
  const files = {
    "in/a.jsonl": '{"body": "one", "id": 3}',
    "empty/a.jsonl": "",
    "none/a.csv": "x",
    "cut/a.jsonl.zst": broken.subarray(0, broken.length - 3),
    "cut2/a.jsonl.gz": gzipSync(utf8.encode(jsonl)).subarray(0, 999),
    "list/a.json": '{"text": "one"}',
    "ok/a.jsonl": '{"text": "one"}',
    "two/a.jsonl": '{"text": "one"}\n{"text": "two"}',
    "text/a.md": "one",
  };
  await withFolder(files, async (folder) => {
    const of = (name: string, options: Partial<PrepareOptions> = {}) => () =>
      prepare(folder, {
        paths: [join(folder, name)],
        out: join(folder, `out-${name.replaceAll("/", "-")}`),
        ...options,
      });
    await assertRejects(of("in"), DataError, 'no field "text": its fields are "body", "id"');
    await assertRejects(of("empty"), DataError, "no document to train on");
    await assertRejects(of("none"), DataError, "holds no documents");
    await assertRejects(of("none/a.csv"), DataError, "does not say what it holds");
    await assertRejects(of("nowhere"), DataError, "does not exist");
    await assertRejects(of("cut"), DataError, "it ends in the middle of a zstd frame");
    await assertRejects(of("cut2"), DataError, "gzip data are damaged");
    await assertRejects(of("list"), DataError, "one list of records");
    const held = (name: string, validation: number | string[]) =>
      of(name, { validation, out: join(folder, `held-${name}`) });
    await assertRejects(held("text", 0.5), DataError, "as the only document is either trained on or held out");
    await assertRejects(() => Deno.stat(join(folder, "held-text")), Deno.errors.NotFound);
    await assertRejects(held("ok", 0.5), DataError, "as the only document is either trained on or held out");
    await assertRejects(held("two", 0.001), DataError, "no document of 2 is held out: give --validation a larger part");
    await assertRejects(
      of("two", { validation: [join(folder, "empty")], overwrite: true, out: join(folder, "held-two") }),
      DataError,
      "no document of 2 is held out: give --validation other files, with --overwrite",
    );
    await assertRejects(of("ok", { validation: 1 }), DataError, "from 0 to below 1");
    const endless = { ...bytes, eos: undefined, encoderData: () => bytes.encoderData() };
    await assertRejects(
      of("ok", { tokenizer: Object.assign(Object.create(bytes), endless) }),
      DataError,
      "no token that ends a text",
    );
    await of("ok")();
    await assertRejects(of("ok"), FolderInUseError, "already holds tokens");
    await of("ok", { overwrite: true })();
    await Deno.writeTextFile(join(folder, "out-ok/notes.md"), "mine");
    await assertRejects(of("ok", { overwrite: true }), FolderInUseError, "other files: current value is notes.md");
  });
});

Deno.test("prepareTokens refuses a folder that another process prepares tokens in", async () => {
  await withFolder({ "in/a.jsonl": jsonl }, async (folder) => {
    await Deno.mkdir(join(folder, "out"));
    using _lock = await lockFolder(join(folder, "out"));
    await assertRejects(() => prepare(folder), FolderInUseError, "as another process does");
  });
});

Deno.test("prepareTokens goes on only with what it was begun with", async () => {
  await withFolder({ "in/a.jsonl": jsonl, "in/b.jsonl": jsonl }, async (folder) => {
    const controller = new AbortController();
    const stop = { signal: controller.signal, onProgress: () => controller.abort() };
    assertEquals((await prepare(folder, stop)).status, "interrupted");
    await assertRejects(() => prepare(folder, { field: "id" }), FolderInUseError, "begun with other field");
    await assertRejects(() => openTokens(join(folder, "out")), DataError, "index.json is missing");
    await Deno.writeTextFile(join(folder, "out/.prepare.json"), "{}");
    await assertRejects(() => prepare(folder), DataError, "--overwrite begins again");
    assertEquals((await prepare(folder, { overwrite: true })).status, "finished");
  });
});
