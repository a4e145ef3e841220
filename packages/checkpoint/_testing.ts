import type { Checkpoint } from "./checkpoint.ts";

/** A checkpoint whose contents follow from its step and `salt`. */
export function exampleCheckpoint(step: number, salt = 0): Checkpoint {
  const bytes = (length: number, factor: number) => Uint8Array.from({ length }, (_, i) => i * factor + step + salt);
  return {
    step,
    model: bytes(300, 7),
    optimizer: bytes(100, 3),
    config: { train: { steps: 10 } },
    state: { loader: { seed: 1, epoch: step, position: salt }, text: "né" },
  };
}

/** Runs `run` with a fresh folder that is removed afterwards. */
export async function withFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await run(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The names in a folder, sorted, hidden ones included. */
export function namesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}
