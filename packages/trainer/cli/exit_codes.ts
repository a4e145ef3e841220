/** What a process ends with. */
export const exitCodes = {
  done: 0,
  internal: 1,
  usage: 2,
  data: 3,
  checkpoint: 4,
  nonFinite: 5,
  device: 6,
  ranks: 7,
  interrupted: 130,
  stoppedAtOnce: 143,
} as const;

/** What each exit code means, for help. */
export const exitMeanings: Readonly<Record<keyof typeof exitCodes, string>> = {
  done: "done",
  internal: "a fault of this program",
  usage: "a wrong flag, key or value, a missing permission, or an output folder in use",
  data: "data that is missing, empty, not UTF-8 or too short",
  checkpoint: "no whole checkpoint, one that does not fit, a full disk, or a file that the system refuses",
  nonFinite: "a loss or gradient that is not finite",
  device: "a device that is not there, went away or has too little memory",
  ranks: "another process of the run that is gone or does not answer, or a library between them that is not there",
  interrupted: "stopped by a signal, after a checkpoint was saved",
  stoppedAtOnce: "stopped at once by a second signal: steps after the last checkpoint are lost",
};

/**
 * Names of errors by the code that they end the process with: names, so that no command loads the packages of all
 * others to tell what its error was.
 */
const errors: readonly (readonly [code: number, names: readonly string[]])[] = [
  [exitCodes.usage, ["UsageError", "FolderInUseError", "BlasError", "NotCapable"]],
  [exitCodes.data, ["DataError", "TokenizerError", "EvaluationError"]],
  [exitCodes.checkpoint, ["CheckpointError", "DiskError", "HubError"]],
  [exitCodes.nonFinite, ["NonFiniteError"]],
  [exitCodes.device, ["DeviceUnavailableError", "DeviceLostError", "OutOfMemoryError"]],
  [exitCodes.ranks, ["MpiError", "RanksError"]],
];

/** The exit code that belongs to an error. */
export function exitCodeOf(error: unknown): number {
  const known = error instanceof Error ? errors.find(([, names]) => names.includes(error.name)) : undefined;
  if (known !== undefined) return known[0];
  return isRefusalOfSystem(error) ? exitCodes.checkpoint : exitCodes.internal;
}

/** Whether the system refused a call: such errors have a name like `EACCES`. */
function isRefusalOfSystem(error: unknown): boolean {
  return error instanceof Error && "code" in error && /^E[A-Z0-9]+$/.test(String(error.code));
}
