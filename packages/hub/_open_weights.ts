import { TensorFile } from "@beyond24/checkpoint";
import { DiskError } from "@beyond24/disk";
import { readJsonFile, shown } from "@beyond24/disk/json";
import { join } from "@std/path";
import * as v from "valibot";
import { HubError } from "./hub_error.ts";

/** A weight of a folder: its file, element type and shape. */
export interface StoredWeight {
  readonly path: string;
  readonly dtype: string;
  readonly shape: readonly number[];
}

/** Name of the file of a model that is not cut into shards. */
export const wholeFile = "model.safetensors";
/** Name of the file that says which shard a weight lies in. */
export const indexFile = "model.safetensors.index.json";

const indexSchema: v.GenericSchema<unknown, { readonly weight_map: Readonly<Record<string, string>> }> = v.object({
  // A path would lead out of the folder.
  weight_map: v.record(v.string(), v.pipe(v.string(), v.regex(/^[\w.-]+\.safetensors$/))),
});

/**
 * The weights in a folder, by name: of one file, or of all shards that the index names. Headers are read and checked,
 * weights are not.
 *
 * @throws {HubError} If there are none, or a shard is missing, cut off or no safetensors file, or lacks a weight
 */
export async function openWeights(folder: string): Promise<Map<string, StoredWeight>> {
  if (await isFile(join(folder, wholeFile))) return await weightsIn(join(folder, wholeFile));
  const index = await readIndex(folder);
  const shards = [...new Set(Object.values(index))].sort();
  const present = await Promise.all(shards.map((shard) => isFile(join(folder, shard))));
  const missing = shards.filter((_, shard) => present[shard] !== true);
  if (missing.length > 0) {
    throw new HubError(
      `Cannot import ${folder} as ${missing.length} of its ${shards.length} shards are missing, ${missing[0]} first: ` +
        "fetch the whole model",
    );
  }
  const weights = new Map<string, StoredWeight>();
  for (const shard of shards) {
    for (const [name, weight] of await weightsIn(join(folder, shard))) weights.set(name, weight);
  }
  for (const [name, shard] of Object.entries(index)) {
    if (weights.get(name)?.path === join(folder, shard)) continue;
    throw new HubError(`Cannot import ${folder} as ${indexFile} says that ${shard} holds ${name}: it does not`);
  }
  return weights;
}

async function readIndex(folder: string): Promise<Readonly<Record<string, string>>> {
  const path = join(folder, indexFile);
  const index = await readJsonFile(path, indexSchema).catch((error: unknown) => {
    if (!(error instanceof SyntaxError || error instanceof DiskError)) throw error;
    throw new HubError(error.message, { cause: error });
  });
  if (index !== undefined) return index.weight_map;
  throw new HubError(
    `Cannot import ${folder} as it must hold ${wholeFile} or ${indexFile}: there is neither. Weights in other files ` +
      "become those with save_pretrained of transformers",
  );
}

async function weightsIn(path: string): Promise<Map<string, StoredWeight>> {
  try {
    using file = await TensorFile.open(path);
    const { entries, unreadable = {}, fileBytes } = file.header;
    const { size } = await Deno.stat(path);
    if (size !== fileBytes) throw new RangeError(`its header describes ${fileBytes} bytes: current value is ${size}`);
    const all = Object.entries({ ...entries, ...unreadable });
    return new Map(all.map(([name, { dtype, shape }]) => [name, { path, dtype, shape }]));
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof RangeError)) throw error;
    throw new HubError(`Cannot import ${path} as it is no whole safetensors file: ${shown(error.message)}`, {
      cause: error,
    });
  }
}

async function isFile(path: string): Promise<boolean> {
  return await Deno.stat(path).then((info) => info.isFile, () => false);
}
