import { type FileSystem, openFileLog } from "@beyond24/disk";
import { checkJson, parseJson } from "@beyond24/disk/json";
import { linesOf } from "./_lines.ts";
import { runStartSchema } from "./_schema.ts";

/** A time that a program began or went on with a run: a line of `history.jsonl`. */
export interface RunStart {
  /** When, in UTC: `2026-01-31T12:00:00.000Z`. */
  readonly time: string;
  /** Steps that were done. */
  readonly step: number;
  /** The command, as it can be typed again; empty when a program called a function. */
  readonly command: string;
  /** Commit of the program, in hexadecimal digits; null when it was not started from a checkout. */
  readonly revision: string | null;
  /** Versions of the program and of what runs it, by name. */
  readonly versions: Readonly<Record<string, string>>;
  /** One line about hardware and libraries. */
  readonly device: string;
}

/**
 * Adds a start to the history of a run.
 *
 * @param path The file; created when missing
 * @param start The start
 * @param fileSystem The disk
 * @throws {DiskError} If the system refuses it
 */
export async function appendRunStart(path: string, start: RunStart, fileSystem: FileSystem): Promise<void> {
  let size = 0;
  for await (const { end } of linesOf(path)) size = end;
  const log = await openFileLog(path, size, fileSystem);
  try {
    await log.append(new TextEncoder().encode(`${JSON.stringify(start)}\n`));
    await log.sync();
  } finally {
    log.close();
  }
}

/**
 * Reads the history of a run. Lines that are none are passed over: nothing depends on them.
 *
 * @param path The file; when it is missing there are none
 * @returns Each start
 * @throws {DiskError} If the system refuses it
 *
 * @example A run of an older program has no history
 * ```ts
 * import { readRunHistory } from "@beyond24/run";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(await readRunHistory("no/such/file"), []);
 * ```
 */
export async function readRunHistory(path: string): Promise<RunStart[]> {
  const starts: RunStart[] = [];
  for await (const { text = "" } of linesOf(path)) {
    try {
      starts.push(checkJson(runStartSchema, parseJson(text)));
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
  }
  return starts;
}
