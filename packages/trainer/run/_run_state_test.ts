import { CheckpointError, loadNewestCheckpoint } from "@beyond24/checkpoint";
import { mutateJson } from "@beyond24/disk/testing";
import { seededRandom } from "@beyond24/session";
import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { microConfig, microRun, withFolder } from "../_testing.ts";
import { decodeRunCheckpoint } from "./_run_state.ts";

Deno.test("any state of a checkpoint is that of a run, or refused with a reason of one line", () =>
  withFolder(async (folder) => {
    const run = join(folder, "run");
    await microRun(microConfig(folder, { recipe: [{ phase: "dense", steps: 1 }], "optimizer.warmupSteps": 1 }), {
      folder: run,
    });
    const checkpoint = await loadNewestCheckpoint(join(run, "checkpoints"));
    const whole = decodeRunCheckpoint(checkpoint);
    assertEquals(JSON.stringify(whole.state), JSON.stringify(checkpoint.state));
    const random = seededRandom(7);
    let [read, refused] = [0, 0];
    for (let round = 0; round < 20_000; round++) {
      const state = JSON.parse(mutateJson(checkpoint.state, random) || "null");
      try {
        const { seconds, session: { loader } } = decodeRunCheckpoint({ ...checkpoint, state }).state;
        assert(seconds >= 0 && loader.epoch >= 0);
        read++;
      } catch (error) {
        assert(error instanceof CheckpointError && !error.message.includes("\n"), String(error));
        refused++;
      }
    }
    assert(read > 500 && refused > 10_000, `${read} ${refused}`);
  }));
