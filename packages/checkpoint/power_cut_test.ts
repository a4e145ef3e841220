import { CheckpointError, loadNewestCheckpoint, recoverCheckpoints, saveCheckpoint } from "@beyond24/checkpoint";
import { durableFileSystem } from "@beyond24/disk";
import { powerCutDisk, powerCutLosses } from "@beyond24/disk/testing";
import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { contentsOf, exampleCheckpoint, namesIn, withFolder } from "./_testing.ts";

for (const [name, step] of [["a later", 2], ["the same", 1], ["the first", 0]] as const) {
  for (const loss of powerCutLosses) {
    Deno.test(`a power cut while ${name} step is saved leaves a whole checkpoint, ${loss} unsynced lost`, async () => {
      let outcomes = "";
      for (let requests = 0; !outcomes.endsWith("done"); requests++) {
        await withFolder(async (parent) => {
          const [before, after] = [join(parent, "before"), join(parent, "after")];
          for (const path of [before, after]) await Deno.mkdir(path);
          const [older, newer] = [exampleCheckpoint(1), exampleCheckpoint(step, 9)];
          if (step > 0) await saveCheckpoint(join(before, "checkpoints"), older);
          const disk = await powerCutDisk(before, requests);
          const fileSystem = durableFileSystem({ fileSystem: disk.fileSystem });
          const isDone = await saveCheckpoint(join(before, "checkpoints"), newer, { keep: 1, fileSystem })
            .then(() => true, () => false);
          await disk.leave(after, loss);

          const folder = join(after, "checkpoints");
          await recoverCheckpoints(folder);
          const found = await loadNewestCheckpoint(folder).catch((error: unknown) => {
            // Nothing is lost where nothing was.
            if (step === 0 && error instanceof CheckpointError) return undefined;
            throw error;
          });
          const isNewer = JSON.stringify(found?.state) === JSON.stringify(newer.state);
          if (found !== undefined) assertEquals(await contentsOf(found), await contentsOf(isNewer ? newer : older));
          if (found !== undefined) assert(namesIn(folder).every((entry) => entry.startsWith("step-")));
          assert(isNewer || !isDone || disk.isCut());
          outcomes += isDone && !disk.isCut() ? "done" : isNewer ? "N" : "o";
        });
      }
      // First the older one, then the newer one, never back; and the cut did happen at every request.
      assert(/^o{12,}N*done$/.test(outcomes), outcomes);
    });
  }
}
