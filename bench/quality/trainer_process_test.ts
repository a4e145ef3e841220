import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { withFolder } from "../../packages/trainer/_testing.ts";
import { runTrainer } from "./trainer_process.ts";

Deno.test("a process that fails says why in a line, also where its log cannot be written", () =>
  withFolder(async (folder) => {
    const args = ["--preset", "none", "--out", join(folder, "run")];
    const { signal } = new AbortController();
    for (const log of [join(folder, "run.log"), join(folder, "no/folder/run.log")]) {
      const error = await assertRejects(
        () => runTrainer({ command: "train", args, log, gpu: undefined }, signal),
        Error,
        "preset",
      );
      assertMatch(error.message, /^Cannot .* \(exit code 2, log .*run\.log\)$/);
    }
    assertMatch(await Deno.readTextFile(join(folder, "run.log")), /^error: Cannot .*preset/);
  }));

Deno.test("a process that is to be stopped before it starts is not started", () =>
  withFolder(async (folder) => {
    const log = join(folder, "run.log");
    const args = ["--preset", "none", "--out", join(folder, "run")];
    const outcome = await runTrainer({ command: "train", args, log, gpu: undefined }, AbortSignal.abort());
    assertEquals(outcome, "stopped");
    await assertRejects(() => Deno.stat(log), Deno.errors.NotFound);
  }));
