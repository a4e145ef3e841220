// deno-lint-ignore-file no-console
/**
 * Makes the corpus of the rows at 125 M parameters out of clones of public repositories, the same bytes wherever it
 * runs: texts in the order of the digests of their paths, without what is not prose, each longer paragraph once.
 * Nothing of it lies in this repository. Clones are made before, each at the commit that `text_sources.ts` names.
 *
 * OUT must not be there; until all is written it is called OUT.unfinished.
 *
 * Run: `deno run --allow-read --allow-write bench/quality/texts/build_texts.ts CLONES OUT`
 *
 * @module
 */
import { diskError } from "@beyond24/disk";
import { basename, join, resolve } from "@std/path";
import { createHash } from "node:crypto";
import { messageOf } from "../message_of.ts";
import { freshParagraphs } from "./fresh_paragraphs.ts";
import { textsDigest, type TextSource, textSources } from "./text_sources.ts";

/** A text and its place among all. */
interface Placed {
  readonly text: string;
  readonly place: string;
}

/** A longer file is a collection of others, in bytes; a shorter text says nothing, in characters. */
const size = { longest: 4e6, shortest: 500 };
/** Texts lie in so many files, to be read on several threads. */
const parts = 8;

try {
  main(Deno.args);
} catch (error) {
  console.error(`error: ${messageOf(error)}`);
  Deno.exit(1);
}

function main(args: readonly string[]): void {
  const [clones, folder] = args;
  if (clones === undefined || folder === undefined || args.length > 2) {
    throw new Error("Cannot build texts: give the folder of the clones, and that of the texts");
  }
  const out = resolve(folder);
  const sources = textSources.map((source) => ({ source, clone: cloneOf(source, clones) }));
  const unfinished = newFolder(out);
  const seen = new Set<string>();
  const texts = sources.flatMap(({ source, clone }) => takeTexts(source, clone, seen));
  texts.sort((a, b) => a.place < b.place ? -1 : 1);
  const digest = tryToWrite(unfinished, () => writeTexts(texts, unfinished));
  tryToWrite(out, () => Deno.renameSync(unfinished, out));
  console.log(`${out}: ${texts.length} texts, sha256 ${digest}`);
  if (digest !== textsDigest) console.log(`note: the rows at 125 M are of other texts, with sha256 ${textsDigest}`);
}

/**
 * Makes the folder in which texts are written until all are there, so that a part of them is not taken for the whole.
 */
function newFolder(out: string): string {
  if (exists(out)) throw new Error(`Cannot build texts as there is ${out}: remove it, or name another folder`);
  const unfinished = `${out}.unfinished`;
  Deno.mkdirSync(unfinished, { recursive: true });
  const others = [...Deno.readDirSync(unfinished)].filter(({ name }) => !/^part-\d\.jsonl$/.test(name));
  if (others[0] === undefined) return unfinished;
  throw new Error(`Cannot build texts as ${join(unfinished, others[0].name)} is none of them: remove ${unfinished}`);
}

function tryToWrite<Result>(path: string, write: () => Result): Result {
  try {
    return write();
  } catch (error) {
    throw diskError(`write ${path}`, error);
  }
}

function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return false;
    throw error;
  }
}

/** The clone of a source. */
function cloneOf({ repository, commit, folder }: TextSource, clones: string): string {
  const clone = join(clones, basename(repository));
  if (exists(join(clone, folder)) && Deno.statSync(join(clone, folder)).isDirectory) return clone;
  throw new Error(
    `Cannot build texts as ${join(clone, folder)} is no folder: clone github.com/${repository} to ${clone} and check ` +
      `out ${commit}`,
  );
}

/** Texts of a source, as many as it may give; what they say is added to what was seen. */
function takeTexts(source: TextSource, clone: string, seen: Set<string>): Placed[] {
  const paths = filesBelow(clone, source.folder).filter((path) => path.endsWith(source.extension));
  const placed = paths.map((path) => ({ path, place: placeOf(`${source.repository}/${path}`) }));
  placed.sort((a, b) => a.place < b.place ? -1 : 1);
  const taken: Placed[] = [];
  let characters = 0;
  for (const { path, place } of placed) {
    if (characters >= source.most) break;
    const text = freshParagraphs(source.clean(readText(join(clone, path))), seen);
    if (text.length < size.shortest) continue;
    characters += text.length;
    taken.push({ text, place });
  }
  if (taken.length === 0) throw new Error(`Cannot build texts as ${clone} has none: is it at ${source.commit}?`);
  console.log(`${source.repository}: ${taken.length} texts, ${(characters / 1e6).toFixed(1)} M characters`);
  return taken;
}

/** Paths of all files below a folder of a clone, from the clone. */
function filesBelow(clone: string, folder: string): string[] {
  return [...Deno.readDirSync(join(clone, folder))].flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory) return entry.name === ".git" ? [] : filesBelow(clone, path);
    return entry.isFile ? [path] : [];
  });
}

/** A file as text, in UTF-8 or else in Windows' Western characters; empty where it is a collection. */
function readText(path: string): string {
  const bytes = Deno.readFileSync(path);
  if (bytes.length > size.longest) return "";
  return decode(bytes).replaceAll("\r\n", "\n");
}

function decode(bytes: Uint8Array<ArrayBuffer>): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

/** Where a text comes among all: as good as random, and the same everywhere. */
function placeOf(path: string): string {
  return createHash("sha1").update(path).digest("hex");
}

/** Writes texts as documents, dealt out to the files, and returns the digest of all files in their order. */
function writeTexts(texts: readonly Placed[], folder: string): string {
  const digest = createHash("sha256");
  for (let part = 0; part < parts; part++) {
    const file = Deno.openSync(join(folder, `part-${part}.jsonl`), { write: true, create: true, truncate: true });
    for (const { text } of texts.filter((_, place) => place % parts === part)) {
      const line = new TextEncoder().encode(JSON.stringify({ text }) + "\n");
      digest.update(line);
      writeAll(file, line);
    }
    file.close();
  }
  return digest.digest("hex");
}

function writeAll(file: Deno.FsFile, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += file.writeSync(bytes.subarray(at));
}
