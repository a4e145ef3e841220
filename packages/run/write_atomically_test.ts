import { CheckpointError } from "@beyond24/checkpoint";
import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { withFolder } from "./_testing.ts";
import { writeAtomically } from "./write_atomically.ts";

Deno.test("writeAtomically replaces a file and leaves the old one when it cannot", () =>
  withFolder(async (folder) => {
    const path = join(folder, "config.json");
    await writeAtomically(path, "one");
    await writeAtomically(path, "two");
    assertEquals(await Deno.readTextFile(path), "two");
    assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name).sort(), ["config.json"]);
    // A folder in the place of the new file makes the write fail.
    await Deno.mkdir(`${path}.new`);
    await assertRejects(() => writeAtomically(path, "three"), CheckpointError, "config.json");
    assertEquals(await Deno.readTextFile(path), "two");
  }));
