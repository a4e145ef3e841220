/** Files whose checksum `state.json` holds, in the order of writing. */
export const contentFiles = ["model.safetensors", "optimizer.safetensors", "config.json"] as const;
/** The file that makes a checkpoint whole: written last, it holds the checksums of the others. */
export const stateFile = "state.json";

/** `step-00000200`. */
export function checkpointName(step: number): string {
  return `step-${String(step).padStart(8, "0")}`;
}

/** The step of a checkpoint folder's name. */
export function stepOf(name: string): number | undefined {
  const match = /^step-(\d{8,15})$/.exec(name);
  return match?.[1] === undefined ? undefined : Number(match[1]);
}

/** Where a checkpoint is written before it gets its name. */
export function temporaryName(step: number): string {
  return `.writing-${checkpointName(step)}`;
}

/** Where an older checkpoint of the same step waits until the new one has its name. */
export function replacedName(step: number): string {
  return `.replaced-${checkpointName(step)}`;
}

/** The step of a folder that {@linkcode replacedName} named. */
export function replacedStepOf(name: string): number | undefined {
  return name.startsWith(".replaced-") ? stepOf(name.slice(".replaced-".length)) : undefined;
}

/** Whether a folder is what a stopped save left behind. */
export function isTemporary(name: string): boolean {
  return name.startsWith(".writing-") && stepOf(name.slice(".writing-".length)) !== undefined;
}
