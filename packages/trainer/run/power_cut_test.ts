import { type DiskRequest, powerCutDisk, powerCutLosses } from "@beyond24/disk/testing";
import type { RunConfig } from "@beyond24/run";
import { assert, assertEquals } from "@std/assert";
import { join, relative } from "@std/path";
import { createHash } from "node:crypto";
import { essenceOf, filesOf, finishedRun, goOn, train, withRun } from "./_durable_testing.ts";

/** A place in a run at which its power could be cut, and folders with what would be left, one of each loss. */
interface PowerCut {
  readonly request: DiskRequest;
  readonly folders: readonly string[];
}

/** All power cuts that a run could suffer, and the one behind its end; what they leave is put under `left`. */
async function powerCutsOf(config: RunConfig, before: string, left: string): Promise<PowerCut[]> {
  const cuts: PowerCut[] = [];
  await Deno.mkdir(before);
  const cut = async (request: DiskRequest) => {
    const folders = powerCutLosses.map((loss) => join(left, `${request.index} ${loss}`));
    for (const [index, loss] of powerCutLosses.entries()) {
      const folder = folders[index] ?? "";
      await Deno.mkdir(folder, { recursive: true });
      await disk.leave(folder, loss);
    }
    cuts.push({ request, folders });
  };
  const disk = await powerCutDisk(before, Infinity, cut);
  await train(config, join(before, "run"), disk.fileSystem, false);
  await cut({ index: cuts.length, name: "look", path: before });
  return cuts;
}

/**
 * Of the many writes in a row that make a file, the first and the last: a power cut at the others differs in nothing.
 */
function withoutInnerWrites(cuts: readonly PowerCut[]): PowerCut[] {
  const isWriteTo = (path: string, cut: PowerCut | undefined) =>
    cut?.request.name === "write" && cut.request.path === path;
  return cuts.filter(({ request: { path } }, index) =>
    ![-1, 0, 1].every((offset) => isWriteTo(path, cuts[index + offset]))
  );
}

/** The folders whose files are not those of one before: most cuts leave what the one before them left. */
function distinct(folders: readonly string[]): string[] {
  return [...new Map(folders.toReversed().map((folder) => [digestOf(folder), folder])).values()].toReversed();
}

/** A digest of all names and contents in a folder. */
function digestOf(folder: string): string {
  const hash = createHash("sha256");
  const add = (path: string) => {
    for (const { name, isDirectory } of [...Deno.readDirSync(path)].sort((a, b) => a.name < b.name ? -1 : 1)) {
      const entry = join(path, name);
      const bytes = isDirectory ? undefined : Deno.readFileSync(entry);
      hash.update(`${relative(folder, entry)} ${bytes?.length ?? "folder"}\n`).update(bytes ?? "");
      if (isDirectory) add(entry);
    }
  };
  add(folder);
  return hash.digest("hex");
}

Deno.test("a run whose power is cut at any request to the disk goes on to the same bits, the unsynced lost", () =>
  withRun(async (config, place, whole) => {
    const cuts = withoutInnerWrites(await powerCutsOf(config, place("before"), place("left")));
    assert(cuts.length > 100, `${cuts.length}`);
    const states = distinct(cuts.flatMap(({ folders }) => folders));
    assert(states.length > 100, `${states.length}`);
    for (const state of states) {
      const [after, run] = [place("after"), join(place("after"), "run")];
      await Deno.rename(state, after);
      await Deno.mkdir(run, { recursive: true });
      await goOn(config, run);
      assertEquals(await essenceOf(run), whole, `cut at ${state}`);
      assertEquals(filesOf(run), finishedRun, `cut at ${state}`);
      await Deno.remove(after, { recursive: true });
    }
  }, true));
