// deno-lint-ignore-file no-console
/**
 * The loader's share of the time of a dense step of `tiny` on the CPU, in one thread, which waits for no other: tokens
 * in files, which are read ahead, and tokens in memory.
 *
 * Run: `deno run -A bench/tokens/loader.ts TEXT [STEPS=400]`: TEXT is one file of more than 32 MiB, so that it is read
 * by range.
 *
 * @module
 */
import process from "node:process";
import { createCpuDevice } from "@beyond24/cpu";
import { openTokens, SequenceLoader, type TokenSource } from "@beyond24/data";
import { prepareTokens } from "@beyond24/data/prepare";
import { recipeSteps, trainingPresets } from "@beyond24/recipe";
import { TrainingSession } from "@beyond24/session";
import { ByteTokenizer } from "@beyond24/tokenizer";

const [source = "", count = "400"] = Deno.args;
const out = await Deno.makeTempDir();
const paths = [source];
await prepareTokens({ paths, out: `${out}/tokens`, tokenizer: new ByteTokenizer(), validation: 0 });
using prepared = await openTokens(`${out}/tokens`);
const { model: shape, batchSize, schedule } = trainingPresets.tiny;
const { sequenceLength } = shape;
const device = await createCpuDevice({ threads: 1, blas: "off" });

/** Processor seconds of this process: where the machine is shared, time says nothing. */
function processor(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Processor microseconds of the loader and of the whole step. */
async function measure(tokens: TokenSource | Int32Array): Promise<{ loader: number; step: number }> {
  const loader = new SequenceLoader(tokens, { sequenceLength, batchSize, seed: 1 });
  let ofLoader = 0;
  const nextBatch = () => {
    const started = processor();
    const batch = loader.next();
    ofLoader += processor() - started;
    return batch;
  };
  const recipe = [{ phase: "dense", steps: recipeSteps(trainingPresets.tiny.recipe) }] as const;
  const config = { transformer: { shape }, recipe, schedule, seed: 1, batchSize };
  const session = new TrainingSession(device, config, nextBatch);
  // The first steps compile.
  while (session.step < 50) await session.runSteps(50);
  ofLoader = 0;
  const started = processor();
  const last = 50 + Number(count);
  while (session.step < last) await session.runSteps(session.step + 1);
  const all = processor() - started;
  session.dispose();
  return { loader: 1e6 * ofLoader / Number(count), step: 1e6 * all / Number(count) };
}

const memory = new Int32Array(prepared.train.length);
memory.set(prepared.train.read(0, prepared.train.length));
for (const [name, tokens] of [["files", prepared.train], ["memory", memory], ["files", prepared.train]] as const) {
  const { loader, step } = await measure(tokens);
  console.log(
    `${name}: loader ${loader.toFixed(0)} us of the ${step.toFixed(0)} us of a step (processor time): ` +
      `${(100 * loader / step).toFixed(2)} %`,
  );
}
device.dispose();
await Deno.remove(out, { recursive: true });
