import { readMetrics, runFolder } from "@beyond24/run";
import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { microConfig, microRun, withFolder } from "../_testing.ts";
import { type ReadEvent, readEvent, readRecords } from "./_read_events.ts";
import { wholeRecords } from "./encode_record.ts";

const file = "events.out.tfevents.beyond24";

async function eventsOf(folder: string): Promise<ReadEvent[]> {
  const bytes = await Deno.readFile(join(folder, file));
  assertEquals(wholeRecords(bytes), bytes.length);
  return readRecords(bytes).map(readEvent);
}

/** The step that each training loss is told of, at last. */
function steps(events: readonly ReadEvent[]): number[] {
  const told: number[] = [];
  for (const { step, sessionStatus, values } of events) {
    if (sessionStatus !== undefined) told.splice(told.findIndex((earlier) => earlier >= step) >>> 0);
    if ("Training loss" in values) told.push(step);
  }
  return told;
}

const every = Array.from({ length: 12 }, (_, index) => index + 1);

Deno.test("a run that is asked to writes the same metrics as event files, its twin's beside them", () =>
  withFolder(async (folder) => {
    const run = runFolder(join(folder, "run"));
    await microRun(microConfig(folder, { "log.tensorboard": true, "train.baseline": true }), { folder: run.path });
    for (const [events, metrics] of [[run.events, run.metrics], [run.baselineEvents, run.baselineMetrics]] as const) {
      const [version, ...told] = await eventsOf(events);
      assertEquals(version?.fileVersion, "brain.Event:2");
      assertEquals(steps(told), every);
      const rows = await readMetrics(metrics);
      assertEquals(told.map(({ values }) => values["Training loss"]), rows.map(({ loss }) => Math.fround(loss)));
      assertEquals(
        told.map(({ values }) => values["Validation loss"] ?? null),
        rows.map(({ val_loss }) => val_loss === null ? null : Math.fround(val_loss)),
      );
    }
    // To overwrite the run is to overwrite them, but not what somebody else has put there.
    await microRun(microConfig(folder), { folder: run.path, overwrite: true });
    await assertRejects(() => Deno.stat(run.events), Deno.errors.NotFound);
  }));

Deno.test("a resumed run goes on in its event file, and tells steps again that are done again", () =>
  withFolder(async (folder) => {
    const run = runFolder(join(folder, "run"));
    const config = microConfig(folder, { "log.tensorboard": true });
    const stop = new AbortController();
    const observer = { onCheckpoint: () => stop.abort() };
    await microRun(config, { folder: run.path, signal: stop.signal, observer });
    // As a killed process leaves it: half of a record at the end.
    await Deno.writeFile(join(run.events, file), new Uint8Array(30).fill(7), { append: true });
    await microRun(config, { folder: run.path, resume: true, resumeAt: 4 });
    const events = await eventsOf(run.events);
    assertEquals(events.filter(({ sessionStatus }) => sessionStatus !== undefined).map(({ step }) => step), [5]);
    assertEquals(steps(events), every);
  }));

Deno.test("a run that is asked for event files when it is resumed has its earlier steps in them", () =>
  withFolder(async (folder) => {
    const run = runFolder(join(folder, "run"));
    await microRun(microConfig(folder), { folder: run.path });
    await microRun(microConfig(folder, { "log.tensorboard": true }), { folder: run.path, resume: true, resumeAt: 8 });
    const events = await eventsOf(run.events);
    assertEquals(steps(events), every);
    assertEquals(events.length, 13);
  }));
