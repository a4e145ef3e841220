import {
  type CheckpointFileSystem,
  durableFileSystem,
  loadNewestCheckpoint,
  recoverCheckpoints,
  saveCheckpoint,
} from "@beyond24/checkpoint";
import { assert, assertEquals } from "@std/assert";
import { bytesOf, contentsOf, exampleCheckpoint, namesIn, withFolder } from "./_testing.ts";

/** A disk that does `operations` things, half of the next when it is a write, and nothing ever after. */
function diskUntilPowerCut(operations: number): CheckpointFileSystem {
  let left = operations;
  const guard = async (run: () => Promise<void>, half?: () => Promise<void>) => {
    if (left-- > 0) return await run();
    if (left === -1) await half?.();
    throw new Error("The power is cut");
  };
  const disk = durableFileSystem;
  return {
    makeFolder: (path) => guard(() => disk.makeFolder(path)),
    writeFile: (path, pieces) =>
      guard(
        () => disk.writeFile(path, pieces),
        async () => {
          const bytes = await bytesOf(pieces);
          await disk.writeFile(path, [bytes.subarray(0, bytes.length / 2)]);
        },
      ),
    syncFolder: (path) => guard(() => disk.syncFolder(path)),
    rename: (from, to) => guard(() => disk.rename(from, to)),
    remove: (path) => guard(() => disk.remove(path)),
  };
}

for (const [name, step] of [["a later", 2], ["the same", 1]] as const) {
  Deno.test(`a power cut at any moment of saving ${name} step leaves a whole checkpoint`, async () => {
    let outcomes = "";
    for (let operations = 0; !outcomes.endsWith("done"); operations++) {
      await withFolder(async (folder) => {
        const older = exampleCheckpoint(1);
        const newer = exampleCheckpoint(step, 9);
        await saveCheckpoint(folder, older);
        const isDone = await saveCheckpoint(folder, newer, { keep: 1, fileSystem: diskUntilPowerCut(operations) })
          .then(() => true, () => false);
        await recoverCheckpoints(folder);
        const found = await loadNewestCheckpoint(folder);
        const isNewer = JSON.stringify(found.state) === JSON.stringify(newer.state);
        assertEquals(await contentsOf(found), await contentsOf(isNewer ? newer : older));
        assert(isNewer || !isDone);
        assert(namesIn(folder).every((entry) => entry.startsWith("step-")), namesIn(folder).join());
        outcomes += isDone ? "done" : isNewer ? "N" : "o";
      });
    }
    // First the older one, then the newer one, never back; and the cut did happen at every operation.
    assert(/^o{7,}N+done$/.test(outcomes), outcomes);
  });
}
