import { CheckpointError } from "@beyond24/checkpoint";
import { DataError } from "@beyond24/data";
import { DiskError } from "@beyond24/disk";
import { DeviceLostError, DeviceUnavailableError, OutOfMemoryError } from "@beyond24/device";
import { UsageError } from "@beyond24/run";
import { CommanderError } from "commander";
import { NonFiniteError } from "../non_finite_error.ts";

/** What a process ends with; also in `--help` and the README. */
export const exitCodes = {
  /** All is well. */
  done: 0,
  /** A fault of this program. */
  internal: 1,
  /** A wrong flag, key or value, or an output folder in use. */
  usage: 2,
  /** Data that is missing, empty, not UTF-8 or too short. */
  data: 3,
  /** No whole checkpoint, one that does not fit, or a full disk. */
  checkpoint: 4,
  /** A loss or gradient that is not finite. */
  nonFinite: 5,
  /** A device that is not there, went away, or has too little memory. */
  device: 6,
  /** Stopped by SIGINT or SIGTERM, after a checkpoint was saved. */
  interrupted: 130,
} as const;

/** The exit code that belongs to an error. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  if (error instanceof UsageError) return exitCodes.usage;
  if (error instanceof DataError) return exitCodes.data;
  if (error instanceof CheckpointError || error instanceof DiskError) return exitCodes.checkpoint;
  if (error instanceof NonFiniteError) return exitCodes.nonFinite;
  const isDevice = [DeviceUnavailableError, DeviceLostError, OutOfMemoryError].some((type) => error instanceof type);
  if (isDevice) return exitCodes.device;
  const isDiskFull = error instanceof Error && "code" in error && (error.code === "ENOSPC" || error.code === "EDQUOT");
  return isDiskFull ? exitCodes.checkpoint : exitCodes.internal;
}
