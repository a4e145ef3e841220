import type { Precision } from "@beyond24/recipe";
import { applyConfig, type ConfigValues, type RunConfig } from "@beyond24/run";
import { shareOfRank } from "../run/ranks.ts";
import { type RunMemory, runMemory } from "./_run_memory.ts";

/** What each of some processes has for a run. */
export interface ProcessMemory {
  /** Their number. */
  readonly processes: number;
  /** Bytes of a number there. */
  readonly precision: Precision;
  /** Bytes of logits that it takes at once; left out, as many as a device that does not say. */
  readonly logitsBytes?: number;
}

/** A change with which a run fits. */
export interface FittingChange {
  /** What to set, in keys, and in `--gpus` where more GPUs do: `--gpus 8 train.batchSize=8`. */
  readonly set: string;
  /** Bytes that it takes then. */
  readonly bytes: number;
}

/** The bytes of one of the processes of a run. */
export function processMemory(config: RunConfig, { processes, precision, logitsBytes }: ProcessMemory): RunMemory {
  const shards = config.distributed.shard === "optimizer" ? processes : 1;
  const options = { shards, ...(logitsBytes === undefined ? {} : { logitsBytes }) };
  return runMemory(shareOfRank(config, processes), precision, options);
}

/** A run as it might be. */
interface Setting {
  readonly config: RunConfig;
  readonly processes: number;
  readonly set: readonly string[];
}

/** Ways to change a run so that it takes less, from the least change on. */
type Change = (setting: Setting) => Setting[];

/**
 * The changes with which a run fits into a memory: each alone, or where none is enough, those that do not cost more
 * than time with one of the others.
 *
 * @param config The configuration
 * @param memory What each process has
 * @param memoryBytes Bytes of it
 * @param mostProcesses Most processes that there may be
 * @returns What to set, and the bytes then; empty where only a smaller model fits
 */
export function fittingChanges(
  config: RunConfig,
  memory: ProcessMemory,
  memoryBytes: number,
  mostProcesses: number,
): FittingChange[] {
  const bytesOf = ({ config, processes }: Setting) => processMemory(config, { ...memory, processes }).total;
  const firstFitting = (settings: readonly Setting[]): FittingChange[] => {
    const setting = settings.find((setting) => bytesOf(setting) <= memoryBytes);
    return setting === undefined ? [] : [{ set: setting.set.join(" "), bytes: bytesOf(setting) }];
  };
  const now = { config, processes: memory.processes, set: [] };
  const spread = moreProcesses(mostProcesses);
  const alone = [shareOptimizer, recompute, leaveTwin, smallerBatch, spread]
    .flatMap((change) => firstFitting(change(now)));
  if (alone.length > 0) return alone;
  const least = [recompute, leaveTwin].reduce((setting: Setting, change) => change(setting)[0] ?? setting, now);
  return [(setting: Setting) => [setting], smallerBatch, spread].flatMap((change) => firstFitting(change(least)));
}

const shareOptimizer: Change = (setting) =>
  setting.processes === 1 || setting.config.distributed.shard === "optimizer"
    ? []
    : [changed(setting, { "distributed.shard": "optimizer" })];

const recompute: Change = (setting) =>
  setting.config.train.recompute ? [] : [changed(setting, { "train.recompute": true })];

const leaveTwin: Change = (setting) =>
  setting.config.train.baseline ? [changed(setting, { "train.baseline": false })] : [];

/** Fewer sequences at once, and as many micro-batches more: a step has the tokens that it had. */
const smallerBatch: Change = (setting) => {
  const { processes, config: { train: { batchSize, microBatches } } } = setting;
  const share = batchSize / processes;
  const divisors = Array.from({ length: share - 1 }, (_, i) => i + 2).filter((divisor) => share % divisor === 0);
  return divisors.map((divisor) =>
    changed(setting, { "train.batchSize": batchSize / divisor, "train.microBatches": microBatches * divisor })
  );
};

/** Twice as many, and again; each has at least one sequence. */
function moreProcesses(most: number): Change {
  return (setting) => {
    const { processes, config: { train: { batchSize } } } = setting;
    const counts = Array.from({ length: 16 }, (_, i) => processes * 2 ** (i + 1)).filter((count) => count <= most);
    return counts.map((count) => {
      const values = {
        ...(batchSize % count === 0 ? {} : { "train.batchSize": Math.ceil(batchSize / count) * count }),
        ...(setting.config.distributed.shard === "optimizer" ? {} : { "distributed.shard": "optimizer" }),
      };
      const { config, set } = changed(setting, values);
      return { config, processes: count, set: [`--gpus ${count}`, ...set] };
    });
  };
}

function changed({ config, processes, set }: Setting, values: ConfigValues): Setting {
  const words = Object.entries(values).map(([key, value]) => `${key}=${value}`);
  return { config: applyConfig(config, values, "a change"), processes, set: [...set, ...words] };
}
