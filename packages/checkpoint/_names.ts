import { leftoverFolder } from "@beyond24/disk";

/** Files whose checksum `state.json` holds, in the order of writing. */
export const contentFiles = ["model.safetensors", "optimizer.safetensors", "config.json"] as const;
/** Files of the tokenizer that the model's tokens are of; a model of bytes has none. */
export const tokenizerFiles = ["tokenizer.json", "tokenizer_config.json"] as const;
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

/** The step of a folder that was replaced by a newer checkpoint of the same step, as a stopped save left it behind. */
export function replacedStepOf(name: string): number | undefined {
  const leftover = leftoverFolder(name);
  return leftover?.kind === "replaced" ? stepOf(leftover.name) : undefined;
}

/** Whether a folder is a checkpoint half written, as a stopped save left it behind. */
export function isTemporary(name: string): boolean {
  const leftover = leftoverFolder(name);
  return leftover?.kind === "writing" && stepOf(leftover.name) !== undefined;
}
