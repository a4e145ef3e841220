import { diskError, makeFolders } from "@beyond24/disk";
import { formatAmount, UsageError } from "@beyond24/run";
import type { ReproduceContext } from "./context.ts";
import { jobName, type QualityJob } from "./jobs.ts";
import { readRows, type ResultRow, rowName } from "./result_row.ts";

/**
 * The rows of jobs that a folder holds already.
 *
 * @returns The rows by name of their jobs
 * @throws {SyntaxError} If a file of the folder is damaged
 * @throws {UsageError} If a row is of another corpus: nothing that is made now could be held against it
 */
export async function rowsBefore(
  jobs: readonly QualityJob[],
  { out, corpus: { digest } }: Pick<ReproduceContext, "out" | "corpus">,
): Promise<Map<string, ResultRow>> {
  const names = new Set(jobs.map(jobName));
  const rows = (await readRows(out)).filter((row) => names.has(rowName(row)));
  const other = rows.find(({ corpus }) => corpus !== digest);
  if (other === undefined) return new Map(rows.map((row) => [rowName(row), row]));
  throw new UsageError(
    `Cannot add to ${out} as its row of ${rowName(other)} is of another corpus: current value is ` +
      `${other.corpus.slice(0, 12)} there and ${digest.slice(0, 12)} of --data; name another --out`,
  );
}

/** What is to be known of rows that are there already: a line each. */
export function noteRevisions(rows: Iterable<ResultRow>, revision: string | undefined): string[] {
  const others = [...rows].filter(({ revisions }) => revisions.at(-1) !== revision);
  if (others.length === 0) return [];
  return [
    `${
      formatAmount(others.length, "row")
    } there of another revision of the program: to make them with this one, name ` +
    `another --out`,
  ];
}

/** What is to be known of rows without scores where runs are scored: a line, if there are any. */
export function noteScores(rows: readonly ResultRow[], tasks: string | undefined): string[] {
  const without = tasks === undefined ? [] : rows.filter(({ scores }) => scores === undefined);
  if (without.length === 0) return [];
  return [
    `${
      formatAmount(without.length, "row")
    } there without scores, and no checkpoint of this program and data to score: to make ` +
    `them with scores, name another --out and --runs`,
  ];
}

/**
 * Makes the folder of rows and tries to write there, before anything is computed.
 *
 * @throws {DiskError} If that cannot be done
 */
export async function tryToWriteRows(out: string): Promise<void> {
  await makeFolders(out);
  try {
    await Deno.remove(await Deno.makeTempFile({ dir: out }));
  } catch (error) {
    throw diskError(`write rows to ${out}`, error);
  }
}
