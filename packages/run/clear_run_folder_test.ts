import { saveCheckpoint } from "@beyond24/checkpoint";
import { denoFileSystem } from "@beyond24/disk";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { withFolder } from "./_testing.ts";
import { clearRunFolder, tidyRunFolder } from "./clear_run_folder.ts";
import { presetConfig } from "./config/preset_config.ts";
import { runFolder } from "./run_folder.ts";
import { UsageError } from "./usage_error.ts";

/**
 * Writes what a run leaves: files, checkpoints, also those of a twin, and half of what a killed process was about to
 * write.
 */
async function writeRun(path: string): Promise<void> {
  const folder = runFolder(path);
  await Deno.mkdir(path, { recursive: true });
  await Deno.writeTextFile(folder.config, JSON.stringify(presetConfig("tiny")));
  for (const file of [folder.metrics, folder.history, folder.summary, folder.report, folder.baselineMetrics]) {
    await Deno.writeTextFile(file, "");
  }
  await Deno.writeTextFile(`${folder.summary}.0f3a9b21.new`, "{");
  for (const checkpoints of [folder.checkpoints, folder.baselineCheckpoints]) {
    await saveCheckpoint(checkpoints, { step: 4, model: [], optimizer: [], config: {}, state: {} });
    await Deno.mkdir(join(checkpoints, ".writing-step-00000008"));
    await Deno.writeTextFile(join(checkpoints, ".writing-step-00000008", "model.safetensors"), "half");
  }
}

/** Every path below a folder. */
function pathsIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) => [
    name,
    ...(isDirectory ? pathsIn(join(folder, name)).map((path) => join(name, path)) : []),
  ]).sort();
}

Deno.test("clearRunFolder removes all that a run has written and nothing else, when it is told to", () =>
  withFolder(async (path) => {
    const folder = runFolder(path);
    await clearRunFolder(folder, false, denoFileSystem);
    await writeRun(path);
    await Deno.writeTextFile(join(path, "notes.txt"), "mine");
    await Deno.writeTextFile(join(path, ".lock"), "7");
    await assertRejects(() => clearRunFolder(folder, false, denoFileSystem), UsageError, "already holds a run");
    assert(pathsIn(path).length > 15);
    await clearRunFolder(folder, true, denoFileSystem);
    assertEquals(pathsIn(path), [".lock", "notes.txt"]);
    // Torn by a power cut, it may be a run's.
    await Deno.writeTextFile(folder.config, "\0\0\0");
    await clearRunFolder(folder, true, denoFileSystem);
    assertEquals(pathsIn(path), [".lock", "notes.txt"]);
  }));

const foreign: [path: string, contents: string][] = [
  ["config.json", '{ "name": "my app" }'],
  ["config.json", "[]"],
  ["checkpoints/precious.pt", "weights"],
  ["checkpoints/step-00000004/notes.txt", "mine"],
  ["checkpoints/best/model.safetensors", "weights"],
  ["baseline/results.csv", "1,2"],
  ["baseline/checkpoints/precious.pt", "weights"],
];

for (const [name, contents] of foreign) {
  Deno.test(`clearRunFolder refuses to remove ${name} of ${contents.slice(0, 8)}, and then removes nothing`, () =>
    withFolder(async (path) => {
      await writeRun(path);
      await Deno.mkdir(join(path, name, ".."), { recursive: true });
      await Deno.writeTextFile(join(path, name), contents);
      const before = pathsIn(path);
      const clear = () => clearRunFolder(runFolder(path), true, denoFileSystem);
      const culprit = name.includes("best") ? join(path, "checkpoints/best") : join(path, name);
      await assertRejects(clear, UsageError, `Cannot overwrite ${path} as no run has written ${culprit}: move it away`);
      assertEquals(pathsIn(path), before);
    }));
}

Deno.test("clearRunFolder refuses what is no file or folder where a run has one", () =>
  withFolder(async (path) => {
    for (const name of ["metrics.jsonl", "summary.json"]) {
      await Deno.mkdir(join(path, name));
      await Deno.writeTextFile(join(path, name, "notes.txt"), "mine");
      await assertRejects(() => clearRunFolder(runFolder(path), true, denoFileSystem), UsageError, name);
      await Deno.remove(join(path, name), { recursive: true });
    }
    for (const name of ["checkpoints", "baseline"]) {
      await Deno.writeTextFile(join(path, name), "mine");
      await assertRejects(() => clearRunFolder(runFolder(path), true, denoFileSystem), UsageError, name);
      await Deno.remove(join(path, name));
    }
  }));

Deno.test("tidyRunFolder removes half written files of a run and refuses links in the place of its files", () =>
  withFolder(async (path) => {
    const folder = runFolder(path);
    const others = ["notes.txt.0f3a9b21.new", "summary.json.new", "summary.json.XYZ.new"];
    for (const name of ["config.json.0f3a9b21.new", "report.html.ffffffff.new", ...others]) {
      await Deno.writeTextFile(join(path, name), "half");
    }
    await tidyRunFolder(folder, denoFileSystem);
    assertEquals(pathsIn(path), others.toSorted());
    await Deno.mkdir(join(path, "baseline"));
    await Deno.mkdir(join(path, "tensorboard"));
    const inner = ["baseline/checkpoints", "tensorboard/run"];
    for (const name of ["config.json", "checkpoints", ...inner, "summary.json.0f3a9b21.new"]) {
      await Deno.symlink(path, join(path, name));
      await assertRejects(() => tidyRunFolder(folder, denoFileSystem), UsageError, `${join(path, name)} is a link`);
      await Deno.remove(join(path, name));
    }
  }));
