import { denoFileSystem, durableFileSystem } from "@beyond24/disk";
import { fullFileSystem, powerCutDisk, powerCutLosses } from "@beyond24/disk/testing";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { exampleConfig, filesIn, saveExampleRun, withFolder } from "./_testing.ts";
import { exportHuggingFace } from "./export_hugging_face.ts";

const options = { sparse24: true, shardBytes: 40_000 } as const;

/** Digests of all that lies in a folder, by path. */
async function contentsOf(folder: string): Promise<Record<string, string>> {
  const contents: Record<string, string> = {};
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = join(folder, name);
    if (isDirectory) {
      for (const [inner, digest] of Object.entries(await contentsOf(path))) contents[`${name}/${inner}`] = digest;
    } else contents[name] = (await Deno.readFile(path)).toBase64();
  }
  return contents;
}

for (const loss of powerCutLosses) {
  Deno.test(`a power cut at any request leaves an export whole or none, when ${loss} unsynced is lost`, () =>
    withFolder(async (parent) => {
      const run = await saveExampleRun(parent, exampleConfig({ "model.layers": 1 }));
      const whole = join(parent, "whole");
      await exportHuggingFace(run, whole, options);
      const expected = await contentsOf(whole);
      let outcomes = "";
      for (let requests = 0; !outcomes.endsWith("done"); requests++) {
        const [before, after] = [join(parent, `before-${requests}`), join(parent, `after-${requests}`)];
        for (const path of [before, after]) await Deno.mkdir(path);
        const disk = await powerCutDisk(before, requests);
        const fileSystem = durableFileSystem({ fileSystem: disk.fileSystem });
        const isDone = await exportHuggingFace(run, join(before, "hf"), { ...options, fileSystem })
          .then(() => true, () => false);
        await disk.leave(after, loss);
        const isThere = await Deno.stat(join(after, "hf")).then(() => true, () => false);
        if (isThere) assertEquals(await contentsOf(join(after, "hf")), expected);
        assert(isThere || !isDone || disk.isCut());
        outcomes += isDone && !disk.isCut() ? "done" : isThere ? "N" : "o";
      }
      assert(/^o+N*done$/.test(outcomes), outcomes);
    }));
}

Deno.test("a disk that is full leaves the export that was there, and nothing beside it", () =>
  withFolder(async (parent) => {
    const run = await saveExampleRun(parent, exampleConfig({ "model.layers": 1 }));
    const out = join(parent, "hub", "hf");
    await exportHuggingFace(run, out);
    const before = await filesIn(out);
    const counted = fullFileSystem(denoFileSystem, Infinity);
    await exportHuggingFace(run, out, { ...options, overwrite: true, fileSystem: counted.fileSystem });
    const total = counted.written();
    await exportHuggingFace(run, out, { overwrite: true });
    for (let room = 0; room < total; room += Math.ceil(total / 23)) {
      const { fileSystem } = fullFileSystem(denoFileSystem, room);
      const full = { ...options, overwrite: true, fileSystem: durableFileSystem({ fileSystem }) };
      await assertRejects(() => exportHuggingFace(run, out, full), Error, "the disk is full");
      assertEquals(await filesIn(out), before);
      assertEquals((await Array.fromAsync(Deno.readDir(join(parent, "hub")))).map(({ name }) => name), ["hf"]);
    }
  }));
