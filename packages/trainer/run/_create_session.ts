import { SequenceLoader } from "@beyond24/data";
import type { Device } from "@beyond24/device";
import type { RunConfig } from "@beyond24/run";
import { TrainingSession } from "@beyond24/session";
import { sessionConfig } from "../config/session_config.ts";
import { threadClustering } from "../clustering/thread_clustering.ts";
import type { SessionPlace } from "./_session_place.ts";
import type { RunData } from "./load_run_data.ts";

/** Draws the sequences of this rank; `config` has its share of a batch. */
export function createLoader(config: RunConfig, data: RunData, { collectives }: SessionPlace): SequenceLoader {
  const { model: { sequenceLength }, train: { batchSize, seed } } = config;
  const { rank, size } = collectives;
  const { shuffle } = config.data;
  return new SequenceLoader(data.split.train, { sequenceLength, batchSize, seed, shuffle, rank, size });
}

/** The session of this rank, whose weights are to come; `config` has its share of a batch. */
export function createSession(
  device: Device,
  config: RunConfig,
  { tokenizer }: RunData,
  { place: { role, collectives }, loader }: { readonly place: SessionPlace; readonly loader: SequenceLoader },
): TrainingSession {
  const tokens = Math.min(tokenizer.vocabularySize, config.model.vocabularySize);
  const { shard } = config.distributed;
  // All ranks may be on one machine.
  const threads = config.device.threads || Math.floor(navigator.hardwareConcurrency / collectives.size);
  const place = {
    key: role,
    collectives,
    shard,
    weights: "zero",
    upcoming: (count: number) => loader.upcoming(count),
    cluster: threadClustering({ threads }),
  } as const;
  return new TrainingSession(device, sessionConfig(config, tokens), () => loader.next(), place);
}
