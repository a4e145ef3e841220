import { findTaskFiles, loadTaskDocs, type TaskName, taskNames, taskRequests } from "@beyond24/evaluation";
import { ByteTokenizer } from "@beyond24/data";
import { UsageError } from "@beyond24/run";
import { resolve } from "@std/path";
import type { CorpusFacts } from "./corpus_facts.ts";
import { qualitySizes, type SizeName } from "./sizes.ts";

/** The folder of the tasks; looks for the data of every task before anything is computed. */
export async function tasksFolder(given: string | undefined): Promise<string | undefined> {
  if (given === undefined) return undefined;
  const folder = resolve(given);
  for (const task of taskNames) await findTaskFiles(task, folder);
  return folder;
}

/**
 * Looks whether every answer of the tasks fits into the sequences of the sizes, before anything is trained. Only of
 * bytes there are as many as that: an answer has far fewer tokens of a vocabulary.
 *
 * @throws {UsageError} If one does not
 */
export async function checkTasksFit(
  folder: string,
  sizes: ReadonlySet<SizeName>,
  { vocabularySize }: Pick<CorpusFacts, "vocabularySize">,
): Promise<void> {
  const tokenizer = new ByteTokenizer();
  if (vocabularySize !== tokenizer.vocabularySize) return;
  for (const task of taskNames) {
    const { docs } = await loadTaskDocs(task, folder);
    const longest = Math.max(
      ...taskRequests(task, docs).map(({ continuation }) => tokenizer.encode(continuation).length),
    );
    for (const size of sizes) refuseLonger(task, longest, size);
  }
}

function refuseLonger(task: TaskName, longest: number, size: SizeName): void {
  const { sequenceLength } = qualitySizes[size];
  if (longest <= sequenceLength) return;
  throw new UsageError(
    `Cannot score ${size} on ${task} as an answer must have at most ${sequenceLength} bytes, the size's length: ` +
      `current value is ${longest}; leave --tasks out, or choose a larger size`,
  );
}
