import type { FileSystem } from "@beyond24/disk";
import type { RunRole } from "./run_observer.ts";

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
}

/** How a runner begins. */
export interface RunnerStart {
  /** Whether checkpoints are looked for. */
  readonly resume: boolean;
  /** Step of the checkpoint to go back to; those behind it are removed. Left out: the newest whole one. */
  readonly resumeAt?: number;
}
