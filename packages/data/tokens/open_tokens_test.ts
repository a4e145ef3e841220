import type { Bytes } from "../documents/record_batch.ts";
import { memoryTokens, openTokens, type TokenIndex } from "@beyond24/data";
import { prepareTokens } from "@beyond24/data/prepare";
import { ByteTokenizer } from "@beyond24/tokenizer";
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { join } from "@std/path";
import fc from "fast-check";
import { DataError } from "../data_error.ts";
import { TokenFiles } from "./token_files.ts";

const text = Array.from({ length: 400 }, (_, index) => `line ${index * index}`).join("\n");
const expected = new Int32Array([...new TextEncoder().encode(text), 0]);

/** A folder with the tokens of `text`, in shards of 1000. */
async function withTokens(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(join(folder, "a.txt"), text);
    const out = join(folder, "out");
    const options = { paths: [join(folder, "a.txt")], tokenizer: new ByteTokenizer(), validation: 0, workers: 1 };
    await prepareTokens({ ...options, out, shardTokens: 1000 });
    await run(out);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function readIndex(folder: string): Promise<TokenIndex> {
  return JSON.parse(await Deno.readTextFile(join(folder, "index.json")));
}

Deno.test("openTokens reads any range, across shards, from memory and from files", async () => {
  await withTokens(async (folder) => {
    using tokens = await openTokens(folder);
    const index = await readIndex(folder);
    using files = new TokenFiles({ folder, part: index.train, type: index.type, vocabularySize: 256 });
    assert(index.train.shards.length > 3);
    const anyRange = fc.tuple(fc.nat(expected.length), fc.nat(expected.length)).map(([a, b]) =>
      [Math.min(a, b), Math.max(a, b)] as const
    );
    await fc.assert(fc.asyncProperty(anyRange, fc.boolean(), async ([start, end], isAhead) => {
      if (isAhead) {
        files.prefetch(start, end - start);
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      for (const source of [tokens.train, files]) {
        assertEquals(source.read(start, end - start), expected.subarray(start, end));
      }
    }));
    for (const [start, count] of [[-1, 1], [0, expected.length + 1], [0.5, 1], [5, NaN]] as const) {
      for (const source of [tokens.train, files]) assertThrows(() => source.read(start, count), RangeError);
    }
  });
});

Deno.test("openTokens tells tokens of other contents apart, not of another place", async () => {
  await withTokens(async (folder) => {
    using tokens = await openTokens(folder);
    await Deno.rename(folder, `${folder}-moved`);
    using moved = await openTokens(`${folder}-moved`);
    assertEquals(moved.digest, tokens.digest);
  });
});

Deno.test("openTokens names what was changed, is missing or is no index", async () => {
  const damage = {
    "train-00001.bin as it is missing": (folder: string) => Deno.remove(join(folder, "train-00001.bin")),
    "train-00000.bin as it was changed since it was prepared": (folder: string) =>
      Deno.writeFile(join(folder, "train-00000.bin"), new Uint8Array(2000)),
    "tokenizer.json as it was changed": (folder: string) => Deno.writeTextFile(join(folder, "tokenizer.json"), "{}"),
    "index.json as it must be JSON": (folder: string) => Deno.writeTextFile(join(folder, "index.json"), "{"),
    "index.json is missing: run the same prepare again": (folder: string) => Deno.remove(join(folder, "index.json")),
  };
  for (const [message, break_] of Object.entries(damage)) {
    await withTokens(async (folder) => {
      await break_(folder);
      await assertRejects(() => openTokens(folder), DataError, message);
    });
  }
});

Deno.test("openTokens checks every value of an index", async () => {
  await withTokens(async (folder) => {
    const index = await readIndex(folder);
    const [shard] = index.train.shards;
    assert(shard !== undefined);
    const wrong: object[] = [
      { version: 2 },
      { format: "tokens" },
      { type: "uint8" },
      { tokenizer: { ...index.tokenizer, vocabularySize: 70_000 } },
      { tokenizer: { ...index.tokenizer, eos: "x" } },
      { train: { ...index.train, tokens: 5 } },
      { train: { ...index.train, shards: [{ ...shard, file: "../train-00000.bin" }] } },
      { validation: null },
      { rejected: -1 },
    ];
    for (const part of wrong) {
      await Deno.writeTextFile(join(folder, "index.json"), JSON.stringify({ ...index, ...part }));
      await assertRejects(() => openTokens(folder), DataError, "index.json as its");
    }
    const small = { ...index, tokenizer: { ...index.tokenizer, vocabularySize: 100 } };
    await Deno.writeTextFile(join(folder, "index.json"), JSON.stringify(small));
    await assertRejects(() => openTokens(folder), DataError, "its tokenizer has 256 tokens");
  });
});

Deno.test("tokens outside of the vocabulary are refused where they are read", async () => {
  await withTokens(async (folder) => {
    const index = await readIndex(folder);
    using files = new TokenFiles({ folder, part: index.train, type: index.type, vocabularySize: 100 });
    const bad = expected.findIndex((token) => token >= 100);
    assertThrows(() => files.read(0, 50), DataError, `token ${bad} of ${folder} as it must be below 100`);
    assertThrows(() => files.readWhole(), DataError, `token ${bad} of`);
  });
});

Deno.test("memoryTokens reads across arrays of any kind, and empty ones", () => {
  const parts: Bytes[] = [[], [1], [], [2, 3, 4], [5], []].map((values) => Uint8Array.from(values));
  const tokens = memoryTokens([...parts, Uint16Array.of(60_000)]);
  assertEquals(tokens.read(0, 6), Int32Array.of(1, 2, 3, 4, 5, 60_000));
  assertEquals(tokens.read(3, 2), Int32Array.of(4, 5));
  assertEquals(tokens.read(6, 0).length, 0);
  assertEquals(memoryTokens([]).length, 0);
});
