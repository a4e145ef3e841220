import { CheckpointError } from "@beyond24/checkpoint";

/** Loads from a checkpoint; says why where it cannot. */
export async function orRefuse(refusal: string, load: () => Promise<void>): Promise<void> {
  try {
    await load();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CheckpointError(`${refusal}: ${reason}`, { cause: error });
  }
}
