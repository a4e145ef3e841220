import { type FileSystem, writeFile } from "@beyond24/disk";
import { join } from "@std/path";
import { indexFile, wholeFile } from "./_open_weights.ts";
import { encodeTensors, type PendingTensor } from "./_tensor_writer.ts";

/** What a folder of a model holds. */
export interface ModelFiles {
  /** Files of text, by name. */
  readonly texts: Readonly<Record<string, string>>;
  /** The weights, in the order in which they fill shards. */
  readonly tensors: readonly PendingTensor[];
}

/** Says to `transformers` that matrices are [out, in], as PyTorch has them. */
const torchFormat = { format: "pt" };

const elementBytes = { F32: 4, BF16: 2, I64: 8, U8: 1 } as const;

/**
 * Writes weights and texts into an empty folder, weights one after the other.
 *
 * @returns Names of the files of weights
 */
export async function writeModelFiles(
  folder: string,
  { texts, tensors }: ModelFiles,
  shardBytes: number,
  fileSystem: FileSystem,
): Promise<string[]> {
  const shards = fillShards(tensors, shardBytes);
  const names = shards.map((_, shard) => shardName(shard, shards.length));
  for (const [shard, held] of shards.entries()) {
    await writeFile(join(folder, names[shard] ?? wholeFile), encodeTensors(held, torchFormat), fileSystem);
  }
  const index = shards.length === 1 ? {} : { [indexFile]: encodeIndex(shards, names) };
  for (const [name, text] of Object.entries({ ...texts, ...index })) {
    await writeFile(join(folder, name), [new TextEncoder().encode(text)], fileSystem);
  }
  return names;
}

function fillShards(tensors: readonly PendingTensor[], shardBytes: number): PendingTensor[][] {
  const shards: PendingTensor[][] = [];
  let room = 0;
  for (const tensor of tensors) {
    const bytes = bytesOf(tensor);
    if (bytes > room || shards.length === 0) {
      shards.push([]);
      room = shardBytes;
    }
    shards.at(-1)?.push(tensor);
    room -= bytes;
  }
  return shards;
}

function bytesOf({ shape, dtype }: PendingTensor): number {
  return shape.reduce((product, extent) => product * extent, elementBytes[dtype]);
}

function shardName(shard: number, count: number): string {
  if (count === 1) return wholeFile;
  const [number, of] = [shard + 1, count].map((value) => String(value).padStart(5, "0"));
  return `model-${number}-of-${of}.safetensors`;
}

function encodeIndex(shards: readonly PendingTensor[][], names: readonly string[]): string {
  const total_size = shards.flat().reduce((sum, tensor) => sum + bytesOf(tensor), 0);
  const places = shards.flatMap((held, shard) => held.map(({ name }) => [name, names[shard]] as const));
  const weight_map = Object.fromEntries(places.sort(([a], [b]) => a < b ? -1 : 1));
  return JSON.stringify({ metadata: { total_size }, weight_map }, null, 2) + "\n";
}
