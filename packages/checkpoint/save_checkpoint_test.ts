import { CheckpointError, loadNewestCheckpoint, recoverCheckpoints, saveCheckpoint } from "@beyond24/checkpoint";
import { denoFileSystem, durableFileSystem } from "@beyond24/disk";
import { failingFileSystem, fullFileSystem, systemError } from "@beyond24/disk/testing";
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
    const fileSystem = failingFileSystem(denoFileSystem, ({ name, path }) => {
      if (name !== "look") log.push(`${name} ${basename(path)}`);
    });
    await saveCheckpoint(join(folder, "new"), exampleCheckpoint(5), { fileSystem });
    assertEquals(log.filter((line, index) => line !== log[index - 1]), [
      "makeFolder new",
      `syncFolder ${basename(folder)}`,
      "makeFolder .writing-step-00000005",
      ...["model.safetensors", "optimizer.safetensors", "config.json", "state.json"].flatMap((name) => [
        `create ${name}`,
        `write ${name}`,
        `sync ${name}`,
      ]),
      "syncFolder .writing-step-00000005",
      "rename step-00000005",
      "syncFolder new",
    ]);
  }));

Deno.test("saveCheckpoint on a disk that is full after any byte says so and leaves the older checkpoint", () =>
  withFolder(async (folder) => {
    const older = exampleCheckpoint(1);
    await saveCheckpoint(folder, older);
    const { fileSystem: counted, written } = fullFileSystem(denoFileSystem, Infinity);
    await saveCheckpoint(join(folder, "counted"), exampleCheckpoint(2), { fileSystem: counted });
    for (let room = 0; room < written(); room++) {
      const { fileSystem } = fullFileSystem(denoFileSystem, room);
      const options = { keep: 1, fileSystem: durableFileSystem({ fileSystem }) };
      const error = await assertRejects(
        () => saveCheckpoint(folder, exampleCheckpoint(2), options),
        CheckpointError,
        "the disk is full",
      );
      assert(error.message.includes("step-00000002"));
      assertEquals(namesIn(folder), ["counted", "step-00000001"]);
    }
    assertEquals(await contentsOf(await loadNewestCheckpoint(folder)), await contentsOf(older));
  }));

Deno.test("saveCheckpoint warns of an older checkpoint that cannot be removed, and tries again", () =>
  withFolder(async (folder) => {
    await saveCheckpoint(folder, exampleCheckpoint(1));
    const warnings: string[] = [];
    const onWarning = (message: string) => warnings.push(message);
    const fileSystem = failingFileSystem(denoFileSystem, ({ name, path }) => {
      if (name === "remove" && path.endsWith("step-00000001")) throw systemError("EBUSY");
    });
    const options = { keep: 1, fileSystem: durableFileSystem({ fileSystem }), onWarning };
    await saveCheckpoint(folder, exampleCheckpoint(2), options);
    assertEquals(namesIn(folder), ["step-00000001", "step-00000002"]);
    assertEquals(warnings.length, 1);
    assert(warnings[0]?.includes("step-00000001 as the system refuses it: current value is EBUSY"), warnings[0]);
    await saveCheckpoint(folder, exampleCheckpoint(3), { keep: 1, onWarning });
    assertEquals([namesIn(folder), warnings.length], [["step-00000003"], 1]);
  }));

Deno.test("saveCheckpoint and recoverCheckpoints follow no link", () =>
  withFolder(async (folder) => {
    const precious = join(folder, "precious");
    await Deno.mkdir(precious);
    await Deno.writeTextFile(join(precious, "notes.txt"), "mine");
    await Deno.symlink(precious, join(folder, "link"));
    await assertRejects(() => saveCheckpoint(join(folder, "link"), exampleCheckpoint(1)), CheckpointError, "is a link");
    const run = join(folder, "run");
    await Deno.mkdir(run);
    for (const name of [".writing-step-00000002", "step-00000002", ".replaced-step-00000002"]) {
      await Deno.symlink(precious, join(run, name));
    }
    await saveCheckpoint(run, exampleCheckpoint(2), { keep: 1 });
    await Deno.symlink(precious, join(run, ".writing-step-00000003"));
    await recoverCheckpoints(run);
    assertEquals([namesIn(run), namesIn(precious)], [["step-00000002"], ["notes.txt"]]);
  }));

Deno.test("saveCheckpoint leaves the older checkpoint when the tensors cannot be read, and passes on why", () =>
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
