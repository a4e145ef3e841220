// deno-lint-ignore-file no-console
/**
 * Kills `prepare` with SIGKILL at random moments, lets the same command go on, and compares every byte with an
 * uninterrupted run.
 *
 * Run: `deno run -A bench/tokens/kill.ts TEXT [KILLS=50] [SEED=1]`: TEXT is one file, cut into documents.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { Draws } from "../../packages/data/fuzz/_mutate.ts";

const documentLength = 3000;

const [source = "", kills = "50", seed = "1"] = Deno.args;
const folder = await Deno.makeTempDir();
const draws = new Draws(Number(seed));
const text = await Deno.readTextFile(source);
const documents: string[] = [];
for (let at = 0; at < text.length; at += documentLength) {
  documents.push(text.slice(at, at + documentLength).toWellFormed());
}
const lines = (part: readonly string[]) => part.map((text) => JSON.stringify({ text }) + "\n").join("");
const third = Math.ceil(documents.length / 3);
await Deno.mkdir(`${folder}/in`);
const [first, second, last] = [0, 1, 2].map((part) => documents.slice(part * third, (part + 1) * third));
const half = Math.floor((first?.length ?? 0) / 2);
const frames = [first?.slice(0, half) ?? [], first?.slice(half) ?? []].map((part) => zstdCompressSync(lines(part)));
await Deno.writeFile(`${folder}/in/a.jsonl.zst`, Uint8Array.from(frames.flatMap((frame) => [...frame])));
await Deno.writeFile(`${folder}/in/b.jsonl.gz`, gzipSync(lines(second ?? []), { level: 1 }));
// Duplicates of the first file, records that are none, and a long text.
await Deno.writeTextFile(`${folder}/in/c.jsonl`, lines(documents.slice(0, 500)) + '{"texts": 1}\n{"text": "cut\n');
await Deno.writeTextFile(`${folder}/in/d.txt`, (last ?? []).join(""));

const tokenizer = `${folder}/tokenizer.json`;
await prepared("tokenizer", ["train", `${folder}/in/c.jsonl`, "--vocabulary", "4000", "--out", tokenizer]).status;

/** Starts a command. */
function prepared(command: string, words: readonly string[]): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", `-P=${command}`, "packages/trainer/main.ts", command, ...words],
    stdout: "null",
    stderr: "null",
  }).spawn();
}

function prepare(out: string): Deno.ChildProcess {
  const words = [`${folder}/in`, "--tokenizer", tokenizer, "--out", out, "--deduplicate", "--validation", "5%"];
  return prepared("prepare", [...words, "--workers", String(1 + draws.below(3))]);
}

/** Digests of the files of a folder by name. */
async function contents(out: string): Promise<string> {
  const files: string[] = [];
  for await (const { name } of Deno.readDir(out)) {
    if (name === ".prepare.lock") continue;
    files.push(`${name} ${createHash("sha256").update(await Deno.readFile(`${out}/${name}`)).digest("hex")}`);
  }
  return files.sort().join("\n");
}

const whole = `${folder}/whole`;
const started = performance.now();
if (!(await prepare(whole).status).success) throw new Error("The uninterrupted run failed");
const seconds = (performance.now() - started) / 1000;
const expected = await contents(whole);
let killed = 0;
let rounds = 0;
let equal = 0;
while (killed < Number(kills)) {
  const out = `${folder}/killed-${rounds++}`;
  for (;;) {
    const child = prepare(out);
    // Half of the kills come early, half of them behind the first commit.
    const wait = draws.below(2) === 0 ? draws.below(2500) : 4500 + draws.below(4000);
    const timer = killed < Number(kills) ? setTimeout(() => child.kill("SIGKILL"), wait) : undefined;
    const { success, signal } = await child.status;
    clearTimeout(timer);
    if (signal === "SIGKILL") {
      killed++;
      continue;
    }
    if (!success) throw new Error(`A run that goes on failed in round ${rounds}`);
    break;
  }
  const isEqual = await contents(out) === expected;
  equal += Number(isEqual);
  console.log(`round ${rounds}: ${killed} kills so far, the bytes are ${isEqual ? "equal" : "NOT equal"}`);
  await Deno.remove(out, { recursive: true });
}
console.log(
  `${killed} kills, ${rounds} preparations of ${(text.length / 1e6).toFixed(0)} MB (${
    seconds.toFixed(1)
  } s uninterrupted), ` +
    `${equal} equal to the uninterrupted one in every byte`,
);
await Deno.remove(folder, { recursive: true });
if (equal < rounds) Deno.exit(1);
