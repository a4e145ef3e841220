import {
  denoFileSystem,
  DiskError,
  durableFileSystem,
  type FileSystem,
  openFileLog,
  replaceFile,
} from "@beyond24/disk";
import { fullFileSystem, powerCutDisk, powerCutLosses } from "@beyond24/disk/testing";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { withFolder } from "./_testing.ts";

const namesIn = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
const text = (length: number) => "x".repeat(length);

Deno.test("replaceFile on a disk that is full after any byte leaves the old contents and nothing beside them", () =>
  withFolder(async (folder) => {
    const path = join(folder, "file");
    await Deno.writeTextFile(path, "old");
    for (let room = 0; room < 40; room++) {
      const { fileSystem } = fullFileSystem(denoFileSystem, room);
      const replace = () => replaceFile(path, text(40), durableFileSystem({ fileSystem }));
      await assertRejects(replace, DiskError, "as the disk is full: current value is ENOSPC");
      assertEquals([await Deno.readTextFile(path), namesIn(folder)], ["old", ["file"]]);
    }
    const { fileSystem } = fullFileSystem(denoFileSystem, 40);
    await replaceFile(path, text(40), durableFileSystem({ fileSystem }));
    assertEquals(await Deno.readTextFile(path), text(40));
  }));

Deno.test("replaceFile does not trust a disk that takes bytes and does not keep them, or takes none", () =>
  withFolder(async (folder) => {
    const path = join(folder, "file");
    await Deno.writeTextFile(path, "old");
    const takes = (count: (length: number) => number): FileSystem => ({
      ...denoFileSystem,
      create: async (path) => ({
        ...await denoFileSystem.create(path),
        write: ({ length }) => Promise.resolve(count(length)),
      }),
    });
    await assertRejects(
      () => replaceFile(path, "new", takes((length) => length)),
      DiskError,
      "current value is 0 on the disk",
    );
    await assertRejects(() => replaceFile(path, "new", takes(() => 0)), DiskError, "takes no more");
    assertEquals([await Deno.readTextFile(path), namesIn(folder)], ["old", ["file"]]);
  }));

Deno.test("a power cut at any request of replacing a file leaves the old contents or the new ones", async () => {
  for (const loss of powerCutLosses) {
    let outcomes = "";
    for (let requests = 0; !outcomes.endsWith("done"); requests++) {
      await withFolder(async (before) => {
        await withFolder(async (after) => {
          await Deno.writeTextFile(join(before, "file"), "old contents");
          const { fileSystem, isCut, leave } = await powerCutDisk(before, requests);
          await replaceFile(join(before, "file"), "new", fileSystem).catch(() => {});
          await leave(after, loss);
          const found = await Deno.readTextFile(join(after, "file"));
          assert(found === "old contents" || found === "new", found);
          outcomes += isCut() ? found[0] : found === "new" ? "done" : "lost";
        });
      });
    }
    assert(/^o+n*done$/.test(outcomes), outcomes);
  }
});

Deno.test("links are never followed on writing", () =>
  withFolder(async (folder) => {
    const precious = join(folder, "precious");
    await Deno.writeTextFile(precious, "mine");
    for (const target of [precious, join(folder, "nothing")]) {
      await Deno.symlink(target, join(folder, "link"));
      await assertRejects(
        () => openFileLog(join(folder, "link"), 0, durableFileSystem()),
        DiskError,
        "value is a link",
      );
      await assertRejects(() => denoFileSystem.openAtEnd(join(folder, "link")), Error, "no file of its own");
      await replaceFile(join(folder, "link"), "new");
      assertEquals([await Deno.readTextFile(precious), await Deno.readTextFile(join(folder, "link"))], ["mine", "new"]);
      await Deno.remove(join(folder, "link"));
    }
    assertEquals(namesIn(folder), ["precious"]);
  }));

Deno.test("a log notices that its file was removed or replaced", () =>
  withFolder(async (folder) => {
    const path = join(folder, "log");
    for (
      const [word, change] of [["removed", () => {}], ["replaced", () => Deno.writeTextFile(path, "other")]] as const
    ) {
      const log = await openFileLog(path, 0, durableFileSystem());
      await log.append(Uint8Array.of(1));
      await Deno.remove(path);
      await change();
      await assertRejects(() => log.append(Uint8Array.of(1)), DiskError, `as it was ${word} while`);
      log.close();
    }
  }));
