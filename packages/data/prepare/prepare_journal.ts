import { type FileSystem, replaceFile } from "@beyond24/disk";
import { readJsonFile } from "@beyond24/disk/json";
import type { GenericSchema } from "valibot";
import * as v from "valibot";
import { DataError } from "../data_error.ts";
import type { RecordPlace } from "../documents/record_batch.ts";

/** Name of the file that says how far a preparation is. */
export const journalFile = ".prepare.json";

/** Documents of a part so far. */
export interface PartCounts {
  readonly documents: number;
  readonly tokens: number;
  readonly bytes: number;
}

/** How far a preparation is: what it names is on the disk. */
export interface PrepareJournal {
  /** What it was begun with. */
  readonly settings: Readonly<Record<string, string>>;
  /** SHA-256 of the files that are done. */
  readonly sources: readonly string[];
  /** Where the next file begins, or the one that is not done goes on. */
  readonly from: RecordPlace;
  /** Tokens to train on. */
  readonly train: PartCounts;
  /** Held-out tokens. */
  readonly validation: PartCounts;
  /** Records that are no documents. */
  readonly rejected: number;
  /** Bytes of the list of them. */
  readonly rejectedBytes: number;
  /** Documents that were there before. */
  readonly duplicates: number;
}

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const part = v.object({ documents: count, tokens: count, bytes: count });
const schema: GenericSchema<unknown, PrepareJournal> = v.object({
  settings: v.record(v.string(), v.string()),
  sources: v.array(v.string()),
  from: v.object({ byte: count, record: count }),
  train: part,
  validation: part,
  rejected: count,
  rejectedBytes: count,
  duplicates: count,
});

/** The journal of a preparation that has not begun. */
export function newJournal(settings: Readonly<Record<string, string>>): PrepareJournal {
  const none = { documents: 0, tokens: 0, bytes: 0 };
  const from = { byte: 0, record: 0 };
  return { settings, sources: [], from, train: none, validation: none, rejected: 0, rejectedBytes: 0, duplicates: 0 };
}

/**
 * Reads the journal in a folder.
 *
 * @returns The journal; undefined when there is none
 * @throws {DataError} If it is not one
 */
export async function readJournal(folder: string): Promise<PrepareJournal | undefined> {
  try {
    return await readJsonFile(`${folder}/${journalFile}`, schema);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new DataError(`${message}. --overwrite begins again`, { cause: error });
  }
}

/** Replaces the journal. What it names must be on the disk. */
export async function writeJournal(folder: string, journal: PrepareJournal, disk: FileSystem): Promise<void> {
  await replaceFile(`${folder}/${journalFile}`, JSON.stringify(journal) + "\n", disk);
}
