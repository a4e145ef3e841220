import type { Collectives } from "@beyond24/device";
import type { FileSystem } from "@beyond24/disk";
import type { PhaseName } from "@beyond24/recipe";
import type { Transformer } from "@beyond24/transformer";
import type { RunRole } from "./run_observer.ts";

/** The model of a checkpoint that was saved, before its session goes on. */
export interface SavedModel {
  /** The model. */
  readonly model: Transformer;
  /** How its last step was computed. */
  readonly mode: PhaseName;
  /** Steps done. */
  readonly step: number;
  /** The model or its twin. */
  readonly role: RunRole;
  /** Folder of the checkpoint. */
  readonly checkpoint: string;
}

/** Where a session keeps its files, and what it is. */
export interface SessionPlace {
  /** The model or its twin. */
  readonly role: RunRole;
  /** File of metrics. */
  readonly metrics: string;
  /** Folder of checkpoints. */
  readonly checkpoints: string;
  /** Folder of event files. */
  readonly events: string;
  /** The disk. */
  readonly fileSystem: FileSystem;
  /** The ranks that train this model; rank 0 writes the files. */
  readonly collectives: Collectives;
  /** Done with the model of every checkpoint, which it leaves as it is. */
  readonly afterSave?: (saved: SavedModel) => Promise<void>;
}

/** How a runner begins. */
export interface RunnerStart {
  /** Whether checkpoints are looked for. */
  readonly resume: boolean;
  /** Step of the checkpoint to go back to; those behind it are removed. Left out: the newest whole one. */
  readonly resumeAt?: number;
}
