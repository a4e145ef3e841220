import { findForeign } from "@beyond24/checkpoint";
import { type FileSystem, readTextFile, replacedFile } from "@beyond24/disk";
import { parseJson } from "@beyond24/disk/json";
import { basename, dirname, join } from "@std/path";
import { flattenConfig } from "./config/flatten_config.ts";
import { presetConfig } from "./config/preset_config.ts";
import { isEvaluation } from "./evaluation_name.ts";
import { eventFileName, runFileNames, type RunFolder } from "./run_folder.ts";
import { UsageError } from "./usage_error.ts";

const fileNames: readonly string[] = Object.values(runFileNames);
const folderNames = ["checkpoints", "baseline", "tensorboard", "evaluation"];

/**
 * Makes sure that a folder holds no run.
 *
 * @param folder Paths
 * @param overwrite Whether a run that lies there is removed: all that it has written, and nothing else
 * @param fileSystem The disk
 * @throws {UsageError} If a run lies there and `overwrite` is false, or something in the place of a run's files or
 * among them was written by somebody else. Then nothing is removed
 */
export async function clearRunFolder(folder: RunFolder, overwrite: boolean, fileSystem: FileSystem): Promise<void> {
  const { path } = folder;
  const present = [];
  for await (const { name } of Deno.readDir(path)) if (isOfRun(name)) present.push(join(path, name));
  if (present.length === 0) return;
  if (!overwrite) {
    throw new UsageError(
      `Cannot train into ${path} as it already holds a run: use another --out, --resume ${path} to go on with it, or ` +
        "--overwrite to lose it",
    );
  }
  const foreign = await foreignConfig(folder.config) ?? await foreignAmong(folder, fileSystem);
  if (foreign !== undefined) {
    throw new UsageError(
      `Cannot overwrite ${path} as no run has written ${foreign}: move it away, or use another --out`,
    );
  }
  for (const entry of present) await fileSystem.remove(entry);
  await fileSystem.syncFolder(path);
}

/**
 * Makes a folder ready for a run that goes on: what a killed process has left half written is removed.
 *
 * @param folder Paths
 * @param fileSystem The disk
 * @throws {UsageError} If a file or folder of the run is a link or pipe: it would be written through it
 */
export async function tidyRunFolder({ path, ...entries }: RunFolder, fileSystem: FileSystem): Promise<void> {
  const leftovers = [];
  for await (const { name } of Deno.readDir(path)) {
    if (replacedFile(name) !== undefined && isOfRun(name)) leftovers.push(join(path, name));
  }
  const parents = Object.values(entries).map(dirname).filter((parent) => parent !== path);
  for (const entry of new Set([...leftovers, ...Object.values(entries), ...parents])) {
    const found = await fileSystem.look(entry);
    if (found?.kind !== "link" && found?.kind !== "other") continue;
    const kind = found.kind === "link" ? "link, which is not followed" : "pipe or device";
    throw new UsageError(`Cannot train into ${path} as ${entry} is a ${kind}: move it away`);
  }
  for (const leftover of leftovers) await fileSystem.remove(leftover);
}

/** Whether a run writes a file or folder of this name. */
function isOfRun(name: string): boolean {
  return fileNames.includes(replacedFile(name) ?? name) || folderNames.includes(name);
}

/**
 * A configuration that is none of a run belongs to somebody else, and so may the rest. An empty or torn one may be a
 * run's.
 */
async function foreignConfig(path: string): Promise<string | undefined> {
  try {
    const text = await readTextFile(path);
    if (text === undefined) return undefined;
    const { preset } = flattenConfig(parseJson(text), path);
    presetConfig(String(preset));
  } catch (error) {
    if (error instanceof UsageError) return path;
    if (!(error instanceof SyntaxError)) throw error;
  }
  return undefined;
}

async function foreignAmong(folder: RunFolder, fileSystem: FileSystem): Promise<string | undefined> {
  const { path, checkpoints, baselineCheckpoints, events, baselineEvents, evaluations } = folder;
  const [baseline, tensorboard] = [join(path, "baseline"), join(path, "tensorboard")];
  for await (const { name, isFile } of Deno.readDir(path)) {
    if (fileNames.includes(name) && !isFile) return join(path, name);
  }
  for (const inner of [checkpoints, baseline, baselineCheckpoints, tensorboard, events, baselineEvents, evaluations]) {
    const found = await fileSystem.look(inner);
    if (found !== undefined && found.kind !== "folder") return inner;
  }
  return await findForeign(checkpoints) ??
    await foreignIn(baseline, [basename(baselineCheckpoints)]) ??
    await findForeign(baselineCheckpoints) ??
    await foreignIn(tensorboard, [basename(events), basename(baselineEvents)]) ??
    await foreignIn(events, [eventFileName]) ??
    await foreignIn(baselineEvents, [eventFileName]) ??
    await foreignIn(evaluations, isEvaluation);
}

/** An entry of a folder that has none of the names that a run gives there. */
async function foreignIn(
  path: string,
  names: readonly string[] | ((name: string) => boolean),
): Promise<string | undefined> {
  const isOwn = typeof names === "function" ? names : (name: string) => names.includes(name);
  const entries = await Array.fromAsync(Deno.readDir(path)).catch((error: unknown) => {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  });
  const foreign = entries.find(({ name }) => !isOwn(name));
  return foreign === undefined ? undefined : join(path, foreign.name);
}
