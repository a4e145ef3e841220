import { CheckpointError } from "@beyond24/checkpoint";
import { assertRejects } from "@std/assert";
import { join } from "@std/path";
import { findCheckpoint } from "./find_checkpoint.ts";

Deno.test("findCheckpoint says what was named instead of a run", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(join(folder, "text.txt"), "text");
    await Deno.mkdir(join(folder, "export"));
    await Deno.writeTextFile(join(folder, "export", "generation_config.json"), "{}");
    await Deno.mkdir(join(folder, "run", "checkpoints"), { recursive: true });
    for (
      const [name, message] of [
        ["nothing", "nothing as there is no such folder"],
        ["text.txt", "text.txt as it is a file"],
        ["export", "it is an exported model: deno task import"],
        ["run", "there is none"],
      ] as const
    ) await assertRejects(() => findCheckpoint(join(folder, name)), CheckpointError, message);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
