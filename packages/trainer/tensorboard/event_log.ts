import { type FileSystem, makeFolders, openFileLog } from "@beyond24/disk";
import type { StepMetrics } from "@beyond24/run";
import { dirname } from "@std/path";
import { encodeRestart, encodeStep, encodeVersion } from "./encode_event.ts";
import { encodeRecord, wholeRecords } from "./encode_record.ts";

/** Appends steps to an event file. */
export interface EventLog {
  /**
   * Appends steps, as of now.
   *
   * @param rows The steps
   * @throws {DiskError} If the system refuses it, or the file was removed or replaced
   */
  append(rows: readonly StepMetrics[]): Promise<void>;
  /** Closes the file. */
  close(): void;
}

/** Options of {@linkcode openEventLog}. */
export interface OpenEventLogOptions {
  /** The steps that the run has done. */
  readonly rows: readonly StepMetrics[];
  /** The disk. */
  readonly fileSystem: FileSystem;
}

/**
 * Opens an event file for TensorBoard. A new one begins with the steps that the run has done before it was asked for;
 * to an old one it is added from which step on the run goes on, and a record that a stopped process has left half
 * written is cut off.
 *
 * @param path The file; its folder is created when missing
 * @param options Steps done, and the disk
 * @returns The log; close it
 * @throws {DiskError} If the system refuses it
 */
export async function openEventLog(path: string, { rows, fileSystem }: OpenEventLogOptions): Promise<EventLog> {
  await makeFolders(dirname(path), fileSystem);
  const size = await sizeOfWholeRecords(path);
  const log = await openFileLog(path, size, fileSystem);
  const described = new Set<string>();
  const write = (events: readonly Uint8Array[]) => log.append(concatenate(events.map(encodeRecord)));
  const now = () => Date.now() / 1000;
  if (size > 0) await write([encodeRestart((rows.at(-1)?.step ?? 0) + 1, now())]);
  else await write([encodeVersion(now()), ...rows.map((row) => encodeStep(row, now(), described))]);
  return {
    append: (rows) => write(rows.map((row) => encodeStep(row, now(), described))),
    close: () => log.close(),
  };
}

async function sizeOfWholeRecords(path: string): Promise<number> {
  try {
    return wholeRecords(await Deno.readFile(path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw error;
  }
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
