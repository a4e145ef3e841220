import { gzipSync, zstdCompressSync } from "node:zlib";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { tableFromArrays, tableFromIPC, tableToIPC } from "@uwdata/flechette";
import { parquetWriteBuffer } from "hyparquet-writer";
import { EvaluationError } from "../evaluation_error.ts";
import { taskRequests } from "../task_requests.ts";
import { loadTaskDocs } from "./load_task_docs.ts";
import { readRows } from "./read_rows.ts";

const rows = [
  { question: "What boils wåter?", choices: { text: ["a stove", "ice"], label: ["A", "B"] }, answerKey: "A" },
  { question: "Which is cold?", choices: { text: ["fire", "ice", "tea"], label: ["1", "2", "3"] }, answerKey: "2" },
];
const lines = rows.map((row) => JSON.stringify(row)).join("\n");
const piqa = [0, 1].map((label) => ({ goal: `goal ${label}`, sol1: "one", sol2: "two", label }));

const encode = (text: string) => new TextEncoder().encode(text);

function parquet(): Uint8Array {
  const column = (name: keyof typeof piqa[number]) => ({ name, data: piqa.map((row) => row[name]) });
  const strings = (["goal", "sol1", "sol2"] as const).map((name) => ({ ...column(name), type: "STRING" as const }));
  const labels = { name: "label", data: piqa.map(({ label }) => BigInt(label)), type: "INT64" as const };
  return new Uint8Array(parquetWriteBuffer({ columnData: [...strings, labels] }));
}

/** Parquet whose first page is no longer the gzip that it was. */
function damagedParquet(): Uint8Array {
  const data = Array.from({ length: 300 }, (_, row) => `goal ${row}`);
  const columnData = [{ name: "goal", data, type: "STRING" as const }];
  const compressors = { GZIP: (page: Uint8Array) => new Uint8Array(gzipSync(page)) };
  const bytes = new Uint8Array(parquetWriteBuffer({ columnData, codec: "GZIP", compressors }));
  const page = bytes.findIndex((byte, place) => byte === 0x1f && bytes[place + 1] === 0x8b);
  assert(page > 0);
  return bytes.fill(0xff, page + 10, page + 30);
}

function arrow(format: "stream" | "file"): Uint8Array {
  const columns = Object.fromEntries(
    (["goal", "sol1", "sol2", "label"] as const).map((name) => [name, piqa.map((row) => row[name])]),
  );
  const bytes = tableToIPC(tableFromArrays(columns), { format });
  if (bytes === null) throw new Error("unreachable");
  tableFromIPC(bytes);
  return bytes;
}

const cases: Record<string, { ending: string; bytes: Uint8Array; rows: readonly unknown[] }> = {
  "lines of JSON": { ending: ".jsonl", bytes: encode(`${lines}\n`), rows },
  "lines without a last end, with an empty one between": {
    ending: ".ndjson",
    bytes: encode(lines.replace("\n", "\r\n\n")),
    rows,
  },
  "a list": { ending: ".json", bytes: encode(JSON.stringify(rows, null, 2)), rows },
  "gzip, in two members": {
    ending: ".jsonl.gz",
    bytes: Uint8Array.of(...gzipSync(encode(lines.slice(0, 40))), ...gzipSync(encode(lines.slice(40)))),
    rows,
  },
  "zstd": { ending: ".JSONL.zst", bytes: new Uint8Array(zstdCompressSync(encode(lines))), rows },
  "Parquet, with integers of 64 bits": { ending: ".parquet", bytes: parquet(), rows: piqa },
  "Parquet in gzip": { ending: ".parquet.gz", bytes: new Uint8Array(gzipSync(parquet())), rows: piqa },
  "Arrow as a stream": { ending: ".arrow", bytes: arrow("stream"), rows: piqa },
  "Arrow as a file": { ending: ".arrow", bytes: arrow("file"), rows: piqa },
};

async function withFile(ending: string, bytes: Uint8Array, run: (path: string) => Promise<unknown>): Promise<void> {
  const path = await Deno.makeTempFile({ suffix: ending });
  try {
    await Deno.writeFile(path, bytes);
    await run(path);
  } finally {
    await Deno.remove(path);
  }
}

for (const [name, { ending, bytes, rows }] of Object.entries(cases)) {
  Deno.test(`readRows: ${name}`, () =>
    withFile(ending, bytes, async (path) => assertEquals(await readRows(path), rows)));
}

const damaged: Record<string, { ending: string; bytes: Uint8Array; message: string }> = {
  "a line that is no JSON": {
    ending: ".jsonl",
    bytes: encode('{"a":1}\n{oops\n'),
    message: "as it must be jsonl: current value is line 2",
  },
  "bytes that are no UTF-8": { ending: ".jsonl", bytes: Uint8Array.of(0x7b, 0xff), message: "as it must be jsonl" },
  "what is no Parquet": { ending: ".parquet", bytes: encode("no table at all"), message: "as it must be parquet" },
  "Parquet with a damaged page": { ending: ".parquet", bytes: damagedParquet(), message: "as it must be parquet" },
  "what is no Arrow": {
    ending: ".arrow",
    bytes: encode("no table at all, but long enough"),
    message: "as it must be arrow",
  },
  "gzip that ends early": {
    ending: ".jsonl.gz",
    bytes: new Uint8Array(gzipSync(encode(lines))).subarray(0, 40),
    message: "gzip data are damaged: unexpected end of file",
  },
  "zstd that ends early": {
    ending: ".jsonl.zst",
    bytes: new Uint8Array(zstdCompressSync(encode(lines))).subarray(0, 40),
    message: "it ends in the middle of a zstd frame, at byte 40",
  },
  "an ending that says nothing": {
    ending: ".csv",
    bytes: encode("a,b"),
    message: "expected .jsonl, .ndjson, .json, .parquet, .arrow",
  },
};

for (const [name, { ending, bytes, message }] of Object.entries(damaged)) {
  Deno.test(`readRows refuses ${name}, and says why once`, () =>
    withFile(ending, bytes, async (path) => {
      const { message: said } = await assertRejects(() => readRows(path), EvaluationError, message);
      assertEquals([said.split("\n").length, said.split(message).length], [1, 2], said);
    }));
}

Deno.test("readRows refuses a file that is not there", async () => {
  await assertRejects(() => readRows("no/such.jsonl"), EvaluationError, "as the system refuses it");
});

Deno.test("loadTaskDocs: what was read is asked, and answers apart must be as many", async () => {
  const folder = await Deno.makeTempDir();
  const write = (name: string, text: string) => Deno.writeTextFile(`${folder}/${name}`, text);
  try {
    await write("winogrande-dev.jsonl", '{"sentence":"A _ b.","option1":"x","option2":"y"}\n');
    await write("winogrande-dev-labels.lst", "2\n");
    const { docs, files } = await loadTaskDocs("winogrande", folder);
    assertEquals(taskRequests("winogrande", docs)[1], { context: "A y", continuation: " b." });
    assertEquals(files.length, 1);
    await write("winogrande-dev-labels.lst", "2\n1\n");
    await assertRejects(() => loadTaskDocs("winogrande", folder), EvaluationError, "a line for each of the 1 rows");
    await write("piqa.jsonl", "\n");
    await assertRejects(() => loadTaskDocs("piqa", folder), EvaluationError, "must hold rows: current value is none");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
