import { readJsonFile } from "@beyond24/disk/json";
import type { GenericSchema } from "valibot";
import * as v from "valibot";
import { tokenFormatVersion, type TokenIndex, type TokenPart, tokenTypeOf } from "./token_index.ts";

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));

function part(name: string): GenericSchema<unknown, TokenPart> {
  const file = v.pipe(v.string(), v.regex(new RegExp(`^${name}-\\d{5}\\.bin$`)));
  const shard = v.object({ file, tokens: v.pipe(count, v.minValue(1)), sha256 });
  return v.object({ documents: count, tokens: count, bytes: count, shards: v.array(shard) });
}

const indexSchema: GenericSchema<unknown, TokenIndex> = v.object({
  format: v.literal("beyond24-tokens"),
  version: v.literal(tokenFormatVersion),
  type: v.picklist(["uint16", "uint32"]),
  tokenizer: v.object({
    vocabularySize: v.pipe(count, v.minValue(1), v.maxValue(2 ** 24)),
    bos: v.nullable(count),
    eos: v.nullable(count),
    sha256,
  }),
  train: part("train"),
  validation: part("validation"),
  source: v.object({ files: count, bytes: count, sha256 }),
  rejected: count,
  duplicates: count,
});

/**
 * Reads the index of a folder.
 *
 * @param path The file
 * @returns What it holds; undefined when there is none
 * @throws {SyntaxError} If it is not an index, or its values do not fit together
 * @throws {DiskError} If the system refuses it
 */
export async function readIndexFile(path: string): Promise<TokenIndex | undefined> {
  const index = await readJsonFile(path, indexSchema);
  if (index === undefined) return undefined;
  const { type, tokenizer: { vocabularySize } } = index;
  if (type === "uint16" && tokenTypeOf({ vocabularySize }) !== type) {
    throw new SyntaxError(
      `Cannot read ${path} as its type must be uint32 for ${vocabularySize} tokens: current value is ${type}`,
    );
  }
  for (const name of ["train", "validation"] as const) {
    const { tokens, shards } = index[name];
    const sum = shards.reduce((total, shard) => total + shard.tokens, 0);
    if (tokens === sum) continue;
    throw new SyntaxError(
      `Cannot read ${path} as its ${name}.tokens must be ${sum}, the sum of its shards: current value is ${tokens}`,
    );
  }
  return index;
}
