/**
 * Writes what `@beyond24/evaluation` asks and how it scores, for `check.py` and `harness.py`:
 * `deno run --allow-read --allow-write bench/evaluation/requests.ts ROWS`.
 */
import { type FewShot, scoreDocuments, scoreTask, taskNames, taskQuestions, taskRequests } from "@beyond24/evaluation";

async function rowsOf(path: string): Promise<unknown[]> {
  return (await Deno.readTextFile(path)).trimEnd().split("\n").map((line) => JSON.parse(line));
}

/** Log-likelihoods that any language can make: every seventh is that of the request before, so that some are equal. */
const madeUp = (index: number): number => -(((index - Number(index % 7 === 1)) * 7919) % 10007) / 64;

const [folder = "rows"] = Deno.args;
for (const task of taskNames) {
  const docs = await rowsOf(`${folder}/${task}.jsonl`);
  const examples = await rowsOf(`${folder}/${task}.train.jsonl`);
  const requests = (fewShot: FewShot | undefined) =>
    taskRequests(task, docs, fewShot && { fewShot }).map(({ context, continuation }) => [context, continuation]);
  const logLikelihoods = requests(undefined).map((_, index) => madeUp(index));
  const written = {
    shots: {
      0: requests(undefined),
      5: requests({ count: 5, docs: examples }),
      25: requests({ count: 25, docs: examples }),
    },
    gold: taskQuestions(task, docs).map(({ gold }) => gold),
    logLikelihoods,
    documents: scoreDocuments(task, docs, logLikelihoods),
    scores: scoreTask(task, docs, logLikelihoods),
  };
  await Deno.writeTextFile(`${folder}/${task}.ours.json`, JSON.stringify(written));
}
