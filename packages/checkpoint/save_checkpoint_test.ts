import {
  CheckpointError,
  type CheckpointFileSystem,
  durableFileSystem,
  loadNewestCheckpoint,
  saveCheckpoint,
} from "@beyond24/checkpoint";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { basename, join } from "@std/path";
import { contentsOf, exampleCheckpoint, namesIn, withFolder } from "./_testing.ts";

Deno.test("saveCheckpoint keeps as many as it is told", () =>
  withFolder(async (folder) => {
    for (const step of [1, 2, 3]) await saveCheckpoint(folder, exampleCheckpoint(step));
    assertEquals(namesIn(folder), ["step-00000002", "step-00000003"]);
    await saveCheckpoint(folder, exampleCheckpoint(4), { keep: 1 });
    assertEquals(namesIn(folder), ["step-00000004"]);
    assertEquals(namesIn(join(folder, "step-00000004")), [
      "config.json",
      "model.safetensors",
      "optimizer.safetensors",
      "state.json",
    ]);
  }));

Deno.test("saveCheckpoint replaces one of the same step and leaves later ones alone", () =>
  withFolder(async (folder) => {
    for (const step of [10, 20, 30]) await saveCheckpoint(folder, exampleCheckpoint(step), { keep: 3 });
    const again = exampleCheckpoint(20, 5);
    await saveCheckpoint(folder, again, { keep: 1 });
    assertEquals(namesIn(folder), ["step-00000020", "step-00000030"]);
    await Deno.remove(join(folder, "step-00000030"), { recursive: true });
    assertEquals(await contentsOf(await loadNewestCheckpoint(folder)), await contentsOf(again));
  }));

Deno.test("saveCheckpoint syncs every file and folder before and after the name is given", () =>
  withFolder(async (folder) => {
    const log: string[] = [];
    const note =
      <Arguments extends [string, ...unknown[]]>(name: string, run: (...args: Arguments) => Promise<void>) =>
      (...args: Arguments) => {
        log.push(`${name} ${basename(args[0])}`);
        return run(...args);
      };
    await saveCheckpoint(folder, exampleCheckpoint(5), {
      fileSystem: {
        ...durableFileSystem,
        writeFile: note("write", durableFileSystem.writeFile),
        syncFolder: note("sync", durableFileSystem.syncFolder),
        rename: note("rename", durableFileSystem.rename),
      },
    });
    assertEquals(log, [
      "write model.safetensors",
      "write optimizer.safetensors",
      "write config.json",
      "write state.json",
      "sync .writing-step-00000005",
      "rename .writing-step-00000005",
      `sync ${basename(folder)}`,
    ]);
  }));

Deno.test("saveCheckpoint on a full disk says so and leaves the older checkpoint", () =>
  withFolder(async (folder) => {
    const older = exampleCheckpoint(1);
    await saveCheckpoint(folder, older);
    const fileSystem: CheckpointFileSystem = {
      ...durableFileSystem,
      writeFile: async (path, pieces) => {
        if (!path.endsWith("optimizer.safetensors")) return await durableFileSystem.writeFile(path, pieces);
        await durableFileSystem.writeFile(path, [new Uint8Array(10)]);
        // What Deno 2.9 throws on a full disk.
        throw Object.assign(new Error("No space left on device (os error 28)"), { code: "ENOSPC" });
      },
    };
    const error = await assertRejects(
      () => saveCheckpoint(folder, exampleCheckpoint(2), { keep: 1, fileSystem }),
      CheckpointError,
      "the disk is full",
    );
    assert(error.message.includes("step-00000002"));
    assertEquals(namesIn(folder), ["step-00000001"]);
    assertEquals(await contentsOf(await loadNewestCheckpoint(folder)), await contentsOf(older));
  }));

Deno.test("saveCheckpoint leaves the older checkpoint when the tensors cannot be read, and says what their reader says", () =>
  withFolder(async (folder) => {
    const older = exampleCheckpoint(1);
    await saveCheckpoint(folder, older);
    async function* optimizer() {
      yield new Uint8Array(10);
      await Promise.resolve();
      throw new RangeError("The device is lost");
    }
    const broken = { ...exampleCheckpoint(2), optimizer: optimizer() };
    await assertRejects(() => saveCheckpoint(folder, broken, { keep: 1 }), RangeError, "The device is lost");
    assertEquals(namesIn(folder), ["step-00000001"]);
    assertEquals(await contentsOf(await loadNewestCheckpoint(folder)), await contentsOf(older));
  }));

Deno.test("saveCheckpoint names a folder that cannot be written", () =>
  withFolder(async (folder) => {
    await Deno.writeTextFile(join(folder, "file"), "in the way");
    await assertRejects(() => saveCheckpoint(join(folder, "file"), exampleCheckpoint(1)), CheckpointError, "file");
  }));

Deno.test("saveCheckpoint refuses bad numbers", async () => {
  await assertRejects(() => saveCheckpoint("x", exampleCheckpoint(1), { keep: 0 }), RangeError, "keep");
  await assertRejects(() => saveCheckpoint("x", exampleCheckpoint(-1)), RangeError, "step");
});
