/**
 * Encodes documents with tokenizers and writes the tokens down, and trains a BPE, for `compare.py` to hold against
 * Hugging Face's `tokenizers` and `tiktoken` on a machine that has them.
 *
 * Run: `deno run -A bench/tokens/encode.ts OUT TEXT TOKENIZER...`: TEXT is one file, cut into documents of 1000
 * characters.
 *
 * @module
 */
import { loadTokenizer, trainTokenizer } from "@beyond24/tokenizer";

const documentLength = 1000;

const [out = "out", source = "", ...tokenizers] = Deno.args;
await Deno.mkdir(out, { recursive: true });
const text = await Deno.readTextFile(source);
const documents: string[] = [];
for (let at = 0; at < text.length; at += documentLength) {
  documents.push(text.slice(at, at + documentLength).toWellFormed());
}
await Deno.writeTextFile(`${out}/documents.json`, JSON.stringify(documents));
const started = performance.now();
const trained = await trainTokenizer(documents, { vocabularySize: 32_000 });
await Deno.writeTextFile(`${out}/trained.json`, JSON.stringify(trained));
await Deno.writeTextFile(`${out}/seconds.json`, JSON.stringify((performance.now() - started) / 1000));
const files = [...tokenizers, `${out}/trained.json`];
for (const [index, file] of files.entries()) {
  const tokenizer = await loadTokenizer(file);
  const parts = documents.map((document) => tokenizer.encode(document));
  const tokens = new Int32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const part of parts) {
    tokens.set(part, end);
    end += part.length;
  }
  await Deno.writeFile(`${out}/${index}.tokens`, new Uint8Array(tokens.buffer));
  await Deno.writeFile(
    `${out}/${index}.lengths`,
    new Uint8Array(Int32Array.from(parts, ({ length }) => length).buffer),
  );
  await Deno.writeTextFile(`${out}/${index}.json`, JSON.stringify(tokenizer));
}
await Deno.writeTextFile(`${out}/files.json`, JSON.stringify(files));
