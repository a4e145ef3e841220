import { type FileSystem, openFileLog, readTextFile } from "@beyond24/disk";
import { checkJson, parseJson } from "@beyond24/disk/json";
import * as v from "valibot";
import type { ScoredRequest, ScoreLog } from "../scoring/score_requests.ts";

const headerSchema = v.object({ key: v.string() });
const rowSchema = v.object({
  batch: v.pipe(v.number(), v.safeInteger()),
  scores: v.array(v.tuple([v.number(), v.boolean()])),
});

/** A {@linkcode ScoreLog} in a file. */
export interface OpenScoreLog extends ScoreLog {
  /** Closes the file. */
  close(): void;
}

/**
 * Opens the file in which scores are kept while a task is scored, so that a stopped evaluation goes on where it was: a
 * line for each batch, behind one that says what they are scores of. Numbers come back to the last bit.
 *
 * @param path The file; its folder must exist
 * @param key What determines the scores: scores of another key are forgotten
 * @param fileSystem The disk
 * @returns The log
 * @throws {DiskError} If the system refuses it
 *
 * @example Go on
 * ```ts
 * import { openScoreLog } from "@beyond24/evaluation";
 * import { durableFileSystem } from "@beyond24/disk";
 * import { assertEquals } from "@std/assert";
 *
 * const path = `${await Deno.makeTempDir()}/piqa.jsonl`;
 * const first = await openScoreLog(path, "model 1", durableFileSystem());
 * await first.put(0, [{ logLikelihood: -0.1, isGreedy: true }]);
 * first.close();
 * const again = await openScoreLog(path, "model 1", durableFileSystem());
 * assertEquals(again.get(0), [{ logLikelihood: -0.1, isGreedy: true }]);
 * again.close();
 * ```
 */
export async function openScoreLog(path: string, key: string, fileSystem: FileSystem): Promise<OpenScoreLog> {
  const { kept, size } = readLines(await readTextFile(path) ?? "", key);
  const file = await openFileLog(path, size, fileSystem);
  // Not synced: a power cut may cost some batches, which are scored again, and to wait for the disk would cost more.
  const append = (line: unknown) => file.append(new TextEncoder().encode(`${JSON.stringify(line)}\n`));
  if (size === 0) await append({ key });
  return {
    get: (batch) => kept.get(batch),
    put: (batch, scores) =>
      append({ batch, scores: scores.map(({ logLikelihood, isGreedy }) => [logLikelihood, isGreedy]) }),
    close: () => file.close(),
  };
}

/** The scores of a key, and the bytes up to the end of the last line that is whole; nothing of another key. */
function readLines(text: string, key: string): { readonly kept: Map<number, ScoredRequest[]>; readonly size: number } {
  const kept = new Map<number, ScoredRequest[]>();
  const whole = text.split("\n").slice(0, -1);
  let size = 0;
  try {
    for (const [place, line] of whole.entries()) {
      if (place === 0 && checkJson(headerSchema, parseJson(line)).key !== key) break;
      if (place > 0) {
        const { batch, scores } = checkJson(rowSchema, parseJson(line));
        kept.set(batch, scores.map(([logLikelihood, isGreedy]) => ({ logLikelihood, isGreedy })));
      }
      size += new TextEncoder().encode(line).length + 1;
    }
  } catch (error) {
    // What follows a damaged line is scored again.
    if (!(error instanceof SyntaxError)) throw error;
  }
  return { kept, size };
}
