import { DiskError, readTextFile } from "@beyond24/disk";
import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { withFolder } from "./_testing.ts";

Deno.test("readTextFile refuses what is no file or too long, and does not wait for a pipe", () =>
  withFolder(async (folder) => {
    const path = join(folder, "file");
    await Deno.writeTextFile(path, "0123");
    assertEquals(await readTextFile(path, { mostBytes: 4 }), "0123");
    await assertRejects(() => readTextFile(path, { mostBytes: 3 }), DiskError, "at most 3 bytes: current value is 4");
    await assertRejects(() => readTextFile(folder), DiskError, "must be a file");
    await assertRejects(
      () => readTextFile(join(path, "below")),
      DiskError,
      "file/below as a folder of its path is a file",
    );
    if (Deno.build.os === "windows") return;
    await new Deno.Command("mkfifo", { args: [join(folder, "pipe")] }).output();
    await assertRejects(() => readTextFile(join(folder, "pipe")), DiskError, "must be a file");
  }));
