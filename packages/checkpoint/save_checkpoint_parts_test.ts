import { CheckpointError, loadNewestCheckpoint, saveCheckpoint, saveCheckpointParts } from "@beyond24/checkpoint";
import { denoFileSystem, durableFileSystem, type FileSystem, type SharedFile } from "@beyond24/disk";
import { type DiskRequest, failingFileSystem, fullFileSystem, systemError } from "@beyond24/disk/testing";
import { assert, assertEquals } from "@std/assert";
import { bytesOf, contentsOf, exampleCheckpoint, namesIn, withFolder } from "./_testing.ts";

/** Asks some processes, here in one, whether all of them are well. */
function agreement(size: number): (isWell: boolean) => Promise<boolean> {
  let answers: { isWell: boolean; resolve: (all: boolean) => void }[] = [];
  return (isWell) => {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    answers.push({ isWell, resolve });
    if (answers.length < size) return promise;
    const all = answers;
    answers = [];
    for (const answer of all) answer.resolve(all.every((other) => other.isWell));
    return promise;
  };
}

/** Every third piece of 32 bytes is a process's own. */
function share(file: Uint8Array, rank: number): SharedFile {
  async function* parts() {
    for (let offset = 32 * rank; offset < file.length; offset += 96) {
      yield { offset, bytes: file.subarray(offset, offset + 32) };
    }
  }
  return { bytes: file.length, parts: parts() };
}

/** Three processes save one checkpoint, each on a disk of its own view; how each of them ended. */
async function saveTogether(folder: string, step: number, disks: readonly FileSystem[] = []): Promise<unknown[]> {
  const whole = exampleCheckpoint(step);
  const [model, optimizer] = [await bytesOf(whole.model), await bytesOf(whole.optimizer)];
  const agree = agreement(3);
  const outcomes = await Promise.allSettled([0, 1, 2].map(async (rank) => {
    const parts = { model: share(model, rank), optimizer: share(optimizer, rank) };
    const fileSystem = durableFileSystem({ fileSystem: disks[rank] ?? denoFileSystem });
    if (rank === 0) await saveCheckpoint(folder, { ...whole, ...parts }, { keep: 5, agree, fileSystem });
    else await saveCheckpointParts(folder, { step, ...parts }, agree, fileSystem);
  }));
  return outcomes.map((outcome) => outcome.status === "rejected" ? outcome.reason : undefined);
}

Deno.test("a checkpoint that three processes write is the one that one process writes", () =>
  withFolder(async (folder) => {
    assertEquals(await saveTogether(folder, 3), [undefined, undefined, undefined]);
    assertEquals(await contentsOf(await loadNewestCheckpoint(folder)), await contentsOf(exampleCheckpoint(3)));
    await saveCheckpoint(`${folder}/alone`, exampleCheckpoint(3));
    for (const name of namesIn(`${folder}/step-00000003`)) {
      const [together, alone] = ["", "/alone"].map((place) => `${folder}${place}/step-00000003/${name}`);
      assertEquals(await Deno.readFile(together ?? ""), await Deno.readFile(alone ?? ""), name);
    }
  }));

/** All of them say that there is no new checkpoint, and the older one is what it was. */
async function assertNone(folder: string, outcomes: readonly unknown[], what: string): Promise<void> {
  for (const error of outcomes) {
    assert(error instanceof Error && /^Cannot [^\n]*$/.test(error.message), `${what}: ${error}`);
  }
  assertEquals(namesIn(folder), ["step-00000001"], what);
  assertEquals((await loadNewestCheckpoint(folder)).step, 1, what);
}

Deno.test("when the disk is full for one of three processes, all of them end and the older checkpoint is left", () =>
  withFolder(async (folder) => {
    await saveCheckpoint(folder, exampleCheckpoint(1));
    for (const rank of [0, 1, 2]) {
      for (let room = 0; room < 130; room += 13) {
        const disks = [0, 1, 2].map((other) =>
          other === rank ? fullFileSystem(denoFileSystem, room).fileSystem : denoFileSystem
        );
        await assertNone(folder, await saveTogether(folder, 2, disks), `rank ${rank}, ${room} bytes`);
      }
    }
  }));

Deno.test("whatever fails on the disk of one of three processes, no process is left behind", () =>
  withFolder(async (folder) => {
    await saveCheckpoint(folder, exampleCheckpoint(1));
    const counted = [0, 1, 2].map(() => new Array<DiskRequest>());
    const seen = counted.map((requests) => failingFileSystem(denoFileSystem, (request) => void requests.push(request)));
    assertEquals(await saveTogether(`${folder}/seen`, 2, seen), [undefined, undefined, undefined]);
    await Deno.remove(`${folder}/seen`, { recursive: true });
    for (const [rank, requests] of counted.entries()) {
      assert(requests.length > 5);
      for (const { index, name } of requests) {
        const disks = [0, 1, 2].map((other) =>
          failingFileSystem(denoFileSystem, (request) => {
            if (other === rank && request.index === index) throw systemError("EIO");
          })
        );
        const outcomes = await saveTogether(folder, 2, disks);
        const [first, ...others] = outcomes;
        // Behind the last question rank 0 is alone.
        if (others.every((error) => error === undefined)) assertEquals(rank, 0, `${name} ${index}`);
        else for (const error of others) assert(error instanceof Error, `rank ${rank}, ${name} ${index}`);
        if (others.every((error) => error instanceof Error)) assert(first instanceof CheckpointError || rank > 0);
        for (const left of namesIn(folder).filter((entry) => entry !== "step-00000001")) {
          await Deno.remove(`${folder}/${left}`, { recursive: true });
        }
        assertEquals((await loadNewestCheckpoint(folder)).step, 1);
      }
    }
  }));
