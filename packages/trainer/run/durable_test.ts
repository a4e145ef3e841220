import { denoFileSystem, DiskError, type WritableFile } from "@beyond24/disk";
import { type DiskRequest, failingFileSystem, fullFileSystem, systemError } from "@beyond24/disk/testing";
import { readMetrics, type RunConfig, runFolder, UsageError } from "@beyond24/run";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { microConfig, microRun, withFolder } from "../_testing.ts";
import { exitCodeOf, exitCodes } from "../cli/exit_codes.ts";
import { essenceOf, filesOf, goOn, quickDisk, train, values, withRun } from "./_durable_testing.ts";

const phases = (steps: number) => [{ phase: "dense", steps }];

/** Trains one of two steps and stops, as a signal would. */
async function trainOneStep(config: RunConfig, folder: string): Promise<void> {
  const stop = new AbortController();
  const observer = { onSteps: () => stop.abort() };
  const { status } = await microRun(config, { folder, fileSystem: quickDisk, signal: stop.signal, observer });
  assertEquals(status, "interrupted");
}

async function copyFolder(from: string, to: string): Promise<void> {
  await Deno.mkdir(to);
  for (const { name, isDirectory } of Deno.readDirSync(from)) {
    if (isDirectory) await copyFolder(join(from, name), join(to, name));
    else await Deno.copyFile(join(from, name), join(to, name));
  }
}

/** All requests of a run to its disk; of many writes in a row to a file, the first and the last. */
async function requestsOf(config: RunConfig, run: string): Promise<DiskRequest[]> {
  const requests: DiskRequest[] = [];
  const fileSystem = failingFileSystem(denoFileSystem, (request) => void requests.push(request));
  await train(config, run, fileSystem, false);
  return requests.filter(({ name, path }, index) =>
    ![-1, 0, 1].every((by) => name === "write" && requests[index + by]?.path === path)
  ).map((request) => ({ ...request, path: request.path.replace(run, join(run, "..", "run")) }));
}

Deno.test("a resumed run whose disk is full at any write says so with a path, hurts nothing, and then goes on", () =>
  withRun(async (config, place, whole) => {
    const stopped = place("stopped");
    await trainOneStep(config, stopped);
    // Bytes that were written before each write, and after it.
    const writes: { path: string; start: number; end: number }[] = [];
    const counting = fullFileSystem(denoFileSystem, Infinity);
    const noting = (path: string, file: WritableFile): WritableFile => ({
      ...file,
      write: async (bytes) => {
        const start = counting.written();
        const count = await file.write(bytes);
        writes.push({ path, start, end: start + count });
        return count;
      },
    });
    const { create, openAtEnd } = counting.fileSystem;
    await copyFolder(stopped, place("counted"));
    await train(config, place("counted"), {
      ...counting.fileSystem,
      create: async (path) => noting(path, await create(path)),
      openAtEnd: async (path) => noting(path, await openAtEnd(path)),
    }, true);
    const inner = writes.filter(({ path }, index) => ![-1, 1].every((by) => writes[index + by]?.path === path));
    const rooms = new Set(inner.flatMap(({ start, end }) => [start, start + 1, (start + end) >> 1, end - 1]));
    // The last file holds times, whose digits are not as many in every run.
    rooms.delete((inner.at(-1)?.end ?? 0) - 1);
    assert(rooms.size > 40, `${rooms.size}`);
    const run = place("run");
    for (const room of rooms) {
      await copyFolder(stopped, run);
      const { fileSystem } = fullFileSystem(denoFileSystem, room);
      const error = await assertRejects(() => train(config, run, fileSystem, true), Error, "the disk is full");
      assertEquals([exitCodeOf(error), error.message.includes(run)], [exitCodes.checkpoint, true], error.message);
      assertEquals(
        (await readMetrics(runFolder(run).metrics)).at(0),
        (await readMetrics(runFolder(stopped).metrics)).at(0),
      );
      await goOn(config, run);
      assertEquals(await essenceOf(run), whole, `room for ${room} bytes`);
      await Deno.remove(run, { recursive: true });
    }
  }));

Deno.test("a run in which any request to the disk fails says so with a path and its exit code, and goes on", () =>
  withRun(async (config, place, whole) => {
    const requests = await requestsOf(config, place("counted"));
    const run = place("run");
    for (const { index, name, path } of requests) {
      const fileSystem = failingFileSystem(denoFileSystem, (request) => {
        if (request.index === index) throw systemError("EIO");
      });
      const error: unknown = await train(config, run, fileSystem, false).then(() => undefined, (error) => error);
      const isOldCheckpoint = name === "remove" && /checkpoints\/step-\d+$/.test(path);
      if (isOldCheckpoint) assertEquals(error, undefined);
      else {
        assert(error instanceof Error && error.message.includes(place("")), `${name} ${path}: ${error}`);
        assertEquals(exitCodeOf(error), exitCodes.checkpoint, `${name} ${path}: ${error}`);
        await Deno.mkdir(run, { recursive: true });
        await goOn(config, run);
      }
      assertEquals(await essenceOf(run), whole, `${name} ${path}`);
      await Deno.remove(run, { recursive: true });
    }
  }));

Deno.test("a run in which any request to the disk is interrupted once notices nothing", () =>
  withRun(async (config, place, whole) => {
    const requests = await requestsOf(config, place("counted"));
    for (const { index } of requests) {
      let failures = 0;
      const fileSystem = failingFileSystem(denoFileSystem, (request) => {
        if (request.index === index && failures++ === 0) throw systemError("EINTR");
      });
      await train(config, place("run"), fileSystem, false);
      assertEquals([failures, await essenceOf(place("run"))], [1, whole]);
      await Deno.remove(place("run"), { recursive: true });
    }
  }));

Deno.test("a run on a disk that cannot sync folders warns once", () =>
  withRun(async (config, place, whole) => {
    const fileSystem = failingFileSystem(denoFileSystem, ({ name }) => {
      if (name === "syncFolder") throw systemError("ENOTSUP");
    });
    const warnings: string[] = [];
    const observer = { onWarning: (message: string) => warnings.push(message) };
    await microRun(config, { folder: place("run"), fileSystem, observer });
    assertEquals(warnings.length, 1);
    assert(warnings[0]?.includes("cannot be synced (ENOTSUP)"), warnings[0]);
    assertEquals(await essenceOf(place("run")), whole);
  }));

Deno.test("a run notices that its folder or its metrics were removed, and says what is lost", () =>
  withFolder(async (folder) => {
    const config = microConfig(folder, {
      ...values,
      "train.baseline": false,
      "train.checkpointEvery": 2,
      recipe: phases(6),
    });
    const run = join(folder, "run");
    const removing = (path: string) => {
      const onCheckpoint = () => Deno.removeSync(path, { recursive: true });
      return () => microRun(config, { folder: run, overwrite: true, observer: { onCheckpoint } });
    };
    await assertRejects(
      removing(run),
      DiskError,
      "metrics.jsonl as it was removed while it was being written. All steps are lost, as " +
        `${run}/checkpoints/step-00000002 ` +
        "is gone too",
    );
    assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), ["text.txt"]);
    await assertRejects(
      removing(runFolder(run).metrics),
      DiskError,
      `Steps after 2 are lost; --resume goes on from ${run}/checkpoints/step-00000002`,
    );
    const warnings: string[] = [];
    const observer = { onWarning: (message: string) => warnings.push(message) };
    const { status, steps } = await microRun(config, { folder: run, resume: true, observer });
    assertEquals([status, steps], ["finished", 6]);
    assertEquals(warnings.length, 1);
    assert(warnings[0]?.includes("steps 1 to 2 are missing"), warnings[0]);
  }));

Deno.test("a run writes through no link that lies in its folder", () =>
  withFolder(async (folder) => {
    const config = microConfig(folder, { ...values, "train.baseline": true });
    const [run, precious] = [join(folder, "run"), join(folder, "precious")];
    await Deno.mkdir(precious);
    await Deno.writeTextFile(join(precious, "notes.txt"), "mine");
    for (const name of ["checkpoints", "baseline", "metrics.jsonl", "config.json", "summary.json", "history.jsonl"]) {
      const target = name.includes(".") ? join(precious, "notes.txt") : precious;
      for (const resume of [false, true]) {
        await trainOneStep(config, run);
        await Deno.remove(join(run, name), { recursive: true });
        await Deno.symlink(target, join(run, name));
        const how = resume ? { resume } : { overwrite: true };
        const error = await assertRejects(() => microRun(config, { folder: run, ...how }), UsageError, join(run, name));
        assertEquals(exitCodeOf(error), exitCodes.usage);
        await Deno.remove(run, { recursive: true });
      }
    }
    assertEquals(filesOf(precious), ["notes.txt"]);
    assertEquals(await Deno.readTextFile(join(precious, "notes.txt")), "mine");
  }));
