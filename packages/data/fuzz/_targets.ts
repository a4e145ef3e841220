import { zstdCompressSync } from "node:zlib";
import { ByteTokenizer } from "@beyond24/tokenizer";
import { assert, assertEquals } from "@std/assert";
import { parquetWriteBuffer } from "hyparquet-writer";
import { DataError } from "../data_error.ts";
import { listLines } from "../documents/_list_lines.ts";
import { collect, inChunks } from "../documents/_testing.ts";
import { decompressZstd } from "../documents/_zstd_frames.ts";
import { lineBatches } from "../documents/line_batches.ts";
import { type Bytes, firstPlace, type RecordBatch } from "../documents/record_batch.ts";
import { StreamError } from "../documents/stream_error.ts";
import { tableBatches } from "../documents/table_batches.ts";
import { encodeRecords } from "../prepare/encode_records.ts";
import { prepareTokens } from "../prepare/prepare_tokens.ts";
import { openTokens, readTokenIndex } from "../tokens/open_tokens.ts";
import { TokenFiles } from "../tokens/token_files.ts";
import type { TokenIndex } from "../tokens/token_index.ts";
import { type Draws, mutate } from "./_mutate.ts";

/** A path that bytes take into a program. */
export interface FuzzTarget {
  /** What it is. */
  readonly name: string;
  /** Damages something and reads it: no crash, no hang, and a clear error or the right values. */
  run(draws: Draws): Promise<void>;
}

const utf8 = new TextEncoder();
const bytes = new ByteTokenizer();
const settings = { encoder: bytes, prefix: [], suffix: [0], type: "uint16", field: "text" } as const;

const texts = Array.from(
  { length: 12 },
  (_, index) => `Document ${index}: é, 鯨, "quoted", \\ and ${"again ".repeat(index * 7 % 11)}`,
);
const lines = utf8.encode(texts.map((text, id) => JSON.stringify({ id, text }) + "\n").join(""));
const list = utf8.encode(JSON.stringify(texts.map((text, id) => ({ id, text })), null, 1));

/** Runs `read` and takes errors that say in a line what is wrong. */
async function orClearError<Result>(read: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof StreamError || error instanceof DataError)) throw error;
    assert(error.message.length > 10 && error.message.length < 1000 && !error.message.includes("\n"), error.message);
    return undefined;
  }
}

/** Documents of batches of records, as they are encoded. */
async function documentsOf(batches: AsyncIterable<RecordBatch>): Promise<string[]> {
  const documents: string[] = [];
  for await (const { records } of batches) {
    const { tokens, counts, refused } = encodeRecords(records, settings);
    for (const { reason } of refused) assert(reason.length > 5 && !reason.includes("\n"), reason);
    let end = 0;
    for (const count of counts) {
      documents.push(bytes.decode(tokens.subarray(end, end + count - 1)));
      end += count;
    }
    assertEquals(end, tokens.length);
  }
  return documents;
}

/** The documents of lines of JSON, in the plainest way. */
function plainDocuments(whole: Bytes): string[] {
  const documents: string[] = [];
  for (let start = 0; start <= whole.length;) {
    const end = whole.indexOf(0x0a, start) < 0 ? whole.length : whole.indexOf(0x0a, start);
    const text = textOf(whole.subarray(start, end));
    if (text !== undefined && text !== "") documents.push(text.toWellFormed());
    start = end + 1;
  }
  return documents;
}

function textOf(line: Bytes): string | undefined {
  try {
    const decoded = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(line).replace(/^\uFEFF/, "");
    const record: unknown = JSON.parse(decoded);
    if (typeof record !== "object" || record === null || Array.isArray(record)) return undefined;
    const text: unknown = Object.hasOwn(record, "text") ? Reflect.get(record, "text") : undefined;
    return typeof text === "string" ? text : undefined;
  } catch {
    return undefined;
  }
}

const jsonLines: FuzzTarget = {
  name: "lines of JSON",
  async run(draws) {
    const damaged = mutate(lines, draws, true);
    const chunks = inChunks(damaged, 1 + draws.below(300));
    assertEquals(await documentsOf(lineBatches(chunks, firstPlace)), plainDocuments(damaged));
  },
};

const jsonList: FuzzTarget = {
  name: "a list of JSON",
  async run(draws) {
    const damaged = mutate(list, draws, true);
    const chunks = inChunks(damaged, 1 + draws.below(300));
    const documents = await orClearError(() => documentsOf(lineBatches(listLines(chunks), firstPlace)));
    if (documents !== undefined) assertEquals(documents, listDocuments(damaged) ?? documents);
  },
};

/** The documents of a list of JSON, where all of it is one. */
function listDocuments(whole: Bytes): string[] | undefined {
  try {
    const records: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(whole));
    return Array.isArray(records)
      ? records.flatMap((record) => plainDocuments(utf8.encode(JSON.stringify(record))))
      : undefined;
  } catch {
    return undefined;
  }
}

const frames = [lines, list, lines.subarray(0, 100)].map((part) =>
  new Uint8Array(zstdCompressSync(part, { params: { [201]: 1 } }))
);
const zstd = Uint8Array.from(frames.flatMap((frame) => [...frame]));
/** What the first frames hold, from none to all. */
const prefixes = [
  new Uint8Array(),
  lines,
  Uint8Array.of(...lines, ...list),
  Uint8Array.of(...lines, ...list, ...lines.subarray(0, 100)),
];

const compressed: FuzzTarget = {
  name: "zstd",
  async run(draws) {
    const damaged = mutate(zstd, draws, false);
    const read = await orClearError(() => collect(decompressZstd(inChunks(damaged, 1 + draws.below(2000)))));
    const expected = read === undefined ? undefined : prefixes.find(({ length }) => length === read.length);
    assertEquals(read, expected);
  },
};

const tableOptions = [
  {},
  { rowGroupSize: 5, pageSize: 200 },
  { codec: "ZSTD", compressors: { ZSTD: (part: Uint8Array) => new Uint8Array(zstdCompressSync(part)) } },
] as const;
const encodings = ["PLAIN", "DELTA_LENGTH_BYTE_ARRAY", "DELTA_BYTE_ARRAY"] as const;
const tables = tableOptions.flatMap((options) =>
  encodings.map((encoding) => {
    const columnData = [{ name: "text", data: texts, type: "STRING" as const, encoding }];
    return new Uint8Array(parquetWriteBuffer({ columnData, ...options }));
  })
);

/** A table, in a file of a folder. */
function table(folder: string): FuzzTarget {
  return {
    name: "Parquet",
    async run(draws) {
      const path = `${folder}/table.parquet`;
      await Deno.writeFile(path, mutate(tables[draws.below(tables.length)] ?? new Uint8Array(), draws, true));
      const documents = await orClearError(() => documentsOf(tableBatches(path, "text", firstPlace)));
      assert(documents === undefined || documents.every((text) => text.length < 2 ** 20));
    },
  };
}

/** Prepared tokens in a folder, and what they are. */
interface PreparedFolder {
  readonly folder: string;
  readonly index: TokenIndex;
  readonly indexBytes: Bytes;
  readonly shard: Bytes;
}

async function prepareIn(folder: string): Promise<PreparedFolder> {
  await Deno.writeFile(`${folder}/a.jsonl`, lines);
  const out = `${folder}/tokens`;
  const { index } = await prepareTokens({
    paths: [`${folder}/a.jsonl`],
    out,
    tokenizer: bytes,
    validation: 0.3,
    workers: 1,
    shardTokens: 300,
  });
  if (index === undefined) throw new Error("The preparation was interrupted");
  const [indexBytes, shard] = [
    await Deno.readFile(`${out}/index.json`),
    await Deno.readFile(`${out}/train-00000.bin`),
  ];
  return { folder: out, index, indexBytes, shard };
}

/** The index of prepared tokens. */
function indexTarget({ folder, index, indexBytes }: PreparedFolder): FuzzTarget {
  return {
    name: "index",
    async run(draws) {
      const damaged = mutate(indexBytes, draws, true);
      await Deno.writeFile(`${folder}/index.json`, damaged);
      const read = await orClearError(() => readTokenIndex(folder));
      if (draws.below(8) === 0) await orClearError(async () => void (await openTokens(folder))[Symbol.dispose]());
      await Deno.writeFile(`${folder}/index.json`, indexBytes);
      if (read === undefined) return;
      assertEquals([read.format, read.version], [index.format, index.version]);
      for (const { tokens, shards } of [read.train, read.validation]) {
        assertEquals(tokens, shards.reduce((sum, shard) => sum + shard.tokens, 0));
      }
    },
  };
}

/** A file of tokens: with its digest, and as it is read when the digest was right. */
function shardTarget({ folder, index, shard }: PreparedFolder): FuzzTarget {
  const path = `${folder}/train-00000.bin`;
  const intact = shard.toHex();
  return {
    name: "shards",
    async run(draws) {
      const damaged = mutate(shard, draws, true);
      await Deno.writeFile(path, damaged);
      const digested = draws.below(4) > 0 || await orClearError(() => openTokens(folder)).then((tokens) => {
        tokens?.[Symbol.dispose]();
        return tokens === undefined || damaged.toHex() === intact;
      });
      const read = await orClearError(() => Promise.resolve().then(() => readFirst(folder, index)));
      await Deno.writeFile(path, shard);
      assert(digested, "a shard that was changed is refused");
      if (read !== undefined) assertEquals(read, [...new Uint16Array(damaged.buffer)]);
    },
  };
}

/** The tokens of the first shard. */
function readFirst(folder: string, { train, type }: TokenIndex): number[] {
  using files = new TokenFiles({ folder, part: train, type, vocabularySize: 256 });
  return [...files.read(0, train.shards[0]?.tokens ?? 0)];
}

/** All targets; those that need files use a folder. */
export async function fuzzTargets(folder: string): Promise<FuzzTarget[]> {
  const prepared = await prepareIn(folder);
  return [jsonLines, jsonList, compressed, table(folder), indexTarget(prepared), shardTarget(prepared)];
}
