// deno-lint-ignore-file no-console
/**
 * Encodes the texts of a file of JSON lines with tiktoken in WebAssembly (cl100k) and writes down how long that took,
 * as JSON.
 *
 * @module
 */
import process from "node:process";

/** What is used of it. */
interface Encoding {
  encode_ordinary(text: string): Uint32Array;
}

const [path = ""] = Deno.args;
const texts = (await Deno.readTextFile(path)).trim().split("\n").map((line): string => JSON.parse(line).text);
// Not an import that the lock of this repository would hold.
const specifier = "npm:tiktoken@1.0.22";
const encoding: Encoding = (await import(specifier)).get_encoding("cl100k_base");
const processor = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};
encoding.encode_ordinary("once, so that it is compiled");
const [started, before] = [performance.now(), processor()];
let tokens = 0;
for (const text of texts) tokens += encoding.encode_ordinary(text).length;
console.log(JSON.stringify({
  seconds: (performance.now() - started) / 1000,
  processorSeconds: processor() - before,
  tokens,
}));
