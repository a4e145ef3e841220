import {
  denoFileSystem,
  DiskError,
  durableFileSystem,
  type FileSystem,
  makeFolders,
  openFileLog,
  replaceFile,
} from "@beyond24/disk";
import { type DiskRequest, failingFileSystem, systemError } from "@beyond24/disk/testing";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { withFolder } from "./_testing.ts";

/** A folder, a file that is replaced twice, a log that is cut off and grows. */
async function writeThings(folder: string, fileSystem: FileSystem): Promise<void> {
  await makeFolders(join(folder, "a", "b"), fileSystem);
  const path = join(folder, "a", "b", "file");
  for (const text of ["one", "two"]) await replaceFile(path, text, fileSystem);
  for (const [size, text] of [[0, "three\nfour\n"], [6, "five\n"]] as const) {
    const log = await openFileLog(join(folder, "log"), size, fileSystem);
    await log.append(new TextEncoder().encode(text));
    await log.sync();
    log.close();
  }
}

async function requestsOf(): Promise<DiskRequest[]> {
  const requests: DiskRequest[] = [];
  await withFolder((folder) => {
    const fileSystem = failingFileSystem(denoFileSystem, (request) => void requests.push(request));
    return writeThings(folder, durableFileSystem({ fileSystem }));
  });
  return requests;
}

Deno.test("a request that is interrupted or would wait is made again", async () => {
  const requests = await requestsOf();
  assert(requests.length > 30);
  for (const code of ["EINTR", "EAGAIN"]) {
    for (const { index } of requests) {
      await withFolder(async (folder) => {
        let failures = 0;
        const fileSystem = failingFileSystem(denoFileSystem, (request) => {
          if (request.index === index && failures++ === 0) throw systemError(code);
        });
        await writeThings(folder, durableFileSystem({ fileSystem }));
        assertEquals(failures, 1);
        assertEquals(await Deno.readTextFile(join(folder, "a/b/file")), "two");
        assertEquals(await Deno.readTextFile(join(folder, "log")), "three\nfive\n");
        assertEquals([...Deno.readDirSync(join(folder, "a/b"))].map(({ name }) => name), ["file"]);
      });
    }
  }
});

Deno.test("a rename that was interrupted after it had happened is done", () =>
  withFolder(async (folder) => {
    const fileSystem: FileSystem = {
      ...denoFileSystem,
      rename: async (from, to) => {
        await denoFileSystem.rename(from, to);
        throw systemError("EINTR");
      },
    };
    await replaceFile(join(folder, "file"), "text", durableFileSystem({ fileSystem }));
    assertEquals(await Deno.readTextFile(join(folder, "file")), "text");
  }));

Deno.test("a request that never ends to be interrupted fails", () =>
  withFolder(async (folder) => {
    const fileSystem = failingFileSystem(denoFileSystem, () => {
      throw systemError("EINTR");
    });
    const write = () => replaceFile(join(folder, "file"), "text", durableFileSystem({ fileSystem }));
    await assertRejects(write, DiskError, "current value is EINTR");
  }));

Deno.test("every failure is an error of one line that names the path", async () => {
  for (const { index } of await requestsOf()) {
    await withFolder(async (folder) => {
      const fileSystem = failingFileSystem(denoFileSystem, (request) => {
        if (request.index === index) throw systemError("EIO");
      });
      const error = await assertRejects(
        () => writeThings(folder, durableFileSystem({ fileSystem })),
        DiskError,
        folder,
      );
      assert(/^Cannot .* as the system refuses it: current value is EIO [^\n]*$/.test(error.message), error.message);
    });
  }
});

Deno.test("a folder that cannot be synced is a warning, once, and a file that cannot is an error", () =>
  withFolder(async (folder) => {
    for (const code of ["EINVAL", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EPERM"]) {
      const warnings: string[] = [];
      const fileSystem = failingFileSystem(denoFileSystem, ({ name }) => {
        if (name === "syncFolder") throw systemError(code);
      });
      await writeThings(folder, durableFileSystem({ fileSystem, onWarning: (message) => warnings.push(message) }));
      assertEquals(warnings.length, 1);
      assert(warnings[0]?.includes(code) && warnings[0].includes(folder), warnings[0]);
    }
    for (const name of ["sync", "syncFolder"]) {
      const fileSystem = failingFileSystem(denoFileSystem, (request) => {
        if (request.name === name) throw systemError(name === "sync" ? "EINVAL" : "EIO");
      });
      await assertRejects(() => writeThings(folder, durableFileSystem({ fileSystem })), DiskError, "Cannot sync");
    }
  }));
