import { gzipSync, zstdCompressSync } from "node:zlib";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { parquetWriteBuffer } from "hyparquet-writer";
import { textsOf } from "./_testing.ts";
import { firstPlace } from "./record_batch.ts";
import { StreamError } from "./stream_error.ts";
import { tableBatches } from "./table_batches.ts";

const texts = Array.from({ length: 5000 }, (_, row) => `row ${row} é ${"x".repeat(row * row % 997)}`);

function table(data: readonly (string | null)[], options: object = {}): Uint8Array {
  const columnData = [{ name: "id", data: data.map((_, row) => row) }, {
    name: "text",
    data: [...data],
    type: "STRING" as const,
    nullable: true,
  }];
  return new Uint8Array(parquetWriteBuffer({ columnData, ...options }));
}

async function withTable(bytes: Uint8Array, run: (path: string) => Promise<void>): Promise<void> {
  const path = await Deno.makeTempFile({ suffix: ".parquet" });
  try {
    await Deno.writeFile(path, bytes);
    await run(path);
  } finally {
    await Deno.remove(path);
  }
}

const read = async (path: string, row = 0) =>
  await Array.fromAsync(tableBatches(path, "text", { ...firstPlace, record: row }));

const writers: Record<string, object> = {
  "one group of rows": { rowGroupSize: 5000 },
  "many groups, many pages": { rowGroupSize: 700, pageSize: 20_000 },
  "without compression": { codec: "UNCOMPRESSED", pageSize: 50_000 },
  "zstd": {
    codec: "ZSTD",
    compressors: { ZSTD: (bytes: Uint8Array) => new Uint8Array(zstdCompressSync(bytes)) },
    pageSize: 50_000,
  },
  "gzip": {
    codec: "GZIP",
    compressors: { GZIP: (bytes: Uint8Array) => new Uint8Array(gzipSync(bytes)) },
    pageSize: 50_000,
  },
};

for (const [name, options] of Object.entries(writers)) {
  Deno.test(`tableBatches reads a column: ${name}`, async () => {
    await withTable(table(texts, options), async (path) => {
      const batches = await read(path);
      assertEquals(textsOf(batches), texts);
      assert(batches.length > 1);
      for (const { end } of batches) assertEquals(textsOf(await read(path, end.record)), texts.slice(end.record));
    });
  });
}

for (const encoding of ["PLAIN", "DELTA_LENGTH_BYTE_ARRAY", "DELTA_BYTE_ARRAY"] as const) {
  Deno.test(`tableBatches reads a column with and without gaps: ${encoding}`, async () => {
    const gaps = texts.map((text, row) => row % 7 === 0 ? null : text);
    for (const data of [texts, gaps]) {
      const columnData = [{ name: "text", data: [...data], type: "STRING" as const, nullable: true, encoding }];
      const bytes = new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize: 1300, pageSize: 20_000 }));
      await withTable(bytes, async (path) => {
        assertEquals(textsOf(await read(path)), data.filter((text) => text !== null));
      });
    }
  });
}

Deno.test("tableBatches reads a column of few different texts", async () => {
  const repeated = texts.map((_, row) => `text ${row % 3}`);
  await withTable(table(repeated), async (path) => assertEquals(textsOf(await read(path)), repeated));
});

Deno.test("tableBatches refuses rows without a text", async () => {
  await withTable(table(["one", null, "", "two"]), async (path) => {
    const [batch] = await read(path);
    assertEquals(textsOf(batch === undefined ? [] : [batch]), ["one", "", "two"]);
    assertEquals(batch?.refused.map(({ record }) => record), [2]);
  });
});

Deno.test("tableBatches says what a table lacks, and what is damaged", async () => {
  const whole = table(texts);
  await withTable(whole, async (path) => {
    const other = () => Array.fromAsync(tableBatches(path, "body", firstPlace));
    await assertRejects(other, StreamError, "it has no column body: its columns are id, text");
    const number = () => Array.fromAsync(tableBatches(path, "id", firstPlace));
    await assertRejects(number, StreamError, "its column id must be of texts");
  });
  for (const bytes of [new Uint8Array(), whole.subarray(0, 50_000), Uint8Array.of(1, 2, 3)]) {
    await withTable(bytes, async (path) => {
      await assertRejects(() => read(path), StreamError);
    });
  }
});
