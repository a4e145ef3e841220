// deno-lint-ignore-file no-console
/**
 * Times `prepare` on a `.jsonl.zst` (reading, decompression, JSON, digests, encoding and writing, in two threads)
 * against `tiktoken` in WebAssembly, which only encodes the same documents, in memory, in one thread. Both run in turn
 * on one part of the text after the other. Where the machine is shared, processor time says more than time: what two
 * idle cores could do is at best half of it.
 *
 * Run: `deno run -A bench/tokens/prepare.ts TEXT TOKENIZER [PARTS=4]`: TEXT is one file, cut into documents; TOKENIZER
 * a cl100k tokenizer.json.
 *
 * @module
 */
import { zstdCompressSync } from "node:zlib";
import config from "../../deno.json" with { type: "json" };
import { median } from "../harness/measure.ts";

const documentLength = 4000;
/** Milliseconds between two looks at a process. */
const look = 100;
/** Hundredths of a second, in which Linux counts processor time. */
const ticksPerSecond = 100;

/** What `deno task prepare` runs. */
const task = config.tasks.prepare.command;

interface Usage {
  readonly seconds: number;
  readonly processorSeconds: number;
  readonly peakBytes: number;
}

/** Processor seconds and most memory of a process so far. */
async function usageOf(pid: number): Promise<Omit<Usage, "seconds">> {
  const stat = await Deno.readTextFile(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  return {
    processorSeconds: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond,
    peakBytes: 1024 * Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]),
  };
}

async function prepare(source: string, tokenizer: string, out: string): Promise<Usage> {
  const started = performance.now();
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...task.split(" ").slice(1),
      ...[source, "--tokenizer", tokenizer, "--out", out, "--workers", "2"],
    ],
    stdout: "null",
    stderr: "null",
  }).spawn();
  let usage = { processorSeconds: 0, peakBytes: 0 };
  const timer = setInterval(async () => {
    const now = await usageOf(child.pid).catch(() => usage);
    // A process that has ended but was not waited for has no memory any more.
    if (Number.isFinite(now.peakBytes)) usage = now;
  }, look);
  const { success } = await child.status;
  clearInterval(timer);
  if (!success) throw new Error("prepare failed");
  return { seconds: (performance.now() - started) / 1000, ...usage };
}

async function tiktoken(lines: string): Promise<{ seconds: number; processorSeconds: number; tokens: number }> {
  const peer = new URL("./_tiktoken.ts", import.meta.url).pathname;
  const { stdout, success } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-lock", "--v8-flags=--max-old-space-size=4000", peer, lines],
    stderr: "inherit",
  }).output();
  if (!success) throw new Error("tiktoken failed");
  return JSON.parse(new TextDecoder().decode(stdout));
}

const [path = "", tokenizer = "", count = "4"] = Deno.args;
const folder = await Deno.makeTempDir();
const text = await Deno.readTextFile(path);
const parts = Number(count);
const rows: { ours: Usage; theirs: Awaited<ReturnType<typeof tiktoken>>; bytes: number; tokens: number }[] = [];
for (let part = 0; part < parts; part++) {
  const own = text.slice(Math.floor(part * text.length / parts), Math.floor((part + 1) * text.length / parts));
  let lines = "";
  for (let at = 0; at < own.length; at += documentLength) {
    lines += JSON.stringify({ text: own.slice(at, at + documentLength).toWellFormed() }) + "\n";
  }
  await Deno.writeTextFile(`${folder}/part.jsonl`, lines);
  await Deno.writeFile(`${folder}/part.jsonl.zst`, zstdCompressSync(lines));
  const ours = await prepare(`${folder}/part.jsonl.zst`, tokenizer, `${folder}/tokens-${part}`);
  const theirs = await tiktoken(`${folder}/part.jsonl`);
  const { train, validation } = JSON.parse(await Deno.readTextFile(`${folder}/tokens-${part}/index.json`));
  // Each document has a token more: the one that ends it.
  const tokens = train.tokens + validation.tokens - train.documents - validation.documents;
  const bytes = train.bytes + validation.bytes;
  rows.push({ ours, theirs, bytes, tokens });
  console.log(
    `part ${part + 1}: ${(bytes / 1e6).toFixed(1)} MB, ours ${ours.seconds.toFixed(1)} s ` +
      `(processor ${ours.processorSeconds.toFixed(1)} s, at most ${(ours.peakBytes / 1e6).toFixed(0)} MB), tiktoken ` +
      `${theirs.seconds.toFixed(1)} s (processor ${
        theirs.processorSeconds.toFixed(1)
      } s); tokens ${tokens}, ${theirs.tokens}`,
  );
}
await Deno.remove(folder, { recursive: true });
const ratios = rows.map(({ ours, theirs }) => theirs.seconds / ours.seconds);
const atBest = rows.map(({ ours, theirs }) => theirs.processorSeconds / (ours.processorSeconds / 2));
console.log(
  `time: ${median(ratios).toFixed(2)}x (${
    ratios.map((ratio) => ratio.toFixed(2)).join(", ")
  }); by processor time, on two ` +
    `cores that do nothing else: at most ${median(atBest).toFixed(2)}x`,
);
