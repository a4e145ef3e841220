import { loadNewestCheckpoint, recoverCheckpoints, saveCheckpoint } from "@beyond24/checkpoint";
import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { exampleCheckpoint, namesIn, withFolder } from "./_testing.ts";

Deno.test("recoverCheckpoints removes leftovers, gives names back and touches nothing else", () =>
  withFolder(async (folder) => {
    for (const name of [".writing-step-00000002", ".replaced-step-00000003", "step-00000003", "mine", ".mine"]) {
      await Deno.mkdir(join(folder, name));
      await Deno.writeTextFile(join(folder, name, "model.safetensors"), name);
    }
    const aside = await saveCheckpoint(folder, exampleCheckpoint(1));
    await Deno.rename(aside, join(folder, ".replaced-step-00000001"));
    assertEquals(await recoverCheckpoints(folder), [
      ".replaced-step-00000001",
      ".replaced-step-00000003",
      ".writing-step-00000002",
    ]);
    assertEquals(namesIn(folder), [".mine", "mine", "step-00000001", "step-00000003"]);
    assertEquals((await loadNewestCheckpoint(folder)).step, 1);
    assertEquals(await recoverCheckpoints(join(folder, "missing")), []);
  }));
