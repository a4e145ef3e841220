import type { FilePieces } from "@beyond24/disk";
import type { Checkpoint, StoredCheckpoint } from "./checkpoint.ts";

/** A checkpoint of one process. */
type WholeCheckpoint = Omit<Checkpoint, "model" | "optimizer"> & Record<"model" | "optimizer", FilePieces>;

/** A checkpoint whose contents follow from its step and `salt`, in pieces of every kind. */
export function exampleCheckpoint(step: number, salt = 0): WholeCheckpoint {
  const bytes = (length: number, factor: number) => Uint8Array.from({ length }, (_, i) => i * factor + step + salt);
  const model = bytes(300, 7);
  return {
    step,
    model: {
      async *[Symbol.asyncIterator]() {
        // One memory for all pieces, as a reader of a device may use it.
        const piece = new Uint8Array(100);
        for (let start = 0; start < model.length; start += piece.length) {
          piece.set(model.subarray(start, start + piece.length));
          yield piece;
          piece.fill(0);
        }
      },
    },
    optimizer: [new Uint8Array(), bytes(100, 3)],
    config: { train: { steps: 10 } },
    state: { loader: { seed: 1, epoch: step, position: salt }, text: "né" },
  };
}

/** What a checkpoint holds, its files read whole. */
export async function contentsOf({ model, optimizer, ...rest }: WholeCheckpoint | StoredCheckpoint) {
  return { ...rest, model: await bytesOf(model), optimizer: await bytesOf(optimizer) };
}

/** Bytes of a file: of its pieces, or on the disk. */
export async function bytesOf(file: FilePieces | string): Promise<Uint8Array> {
  if (typeof file === "string") return await Deno.readFile(file);
  const bytes: number[] = [];
  for await (const piece of file) bytes.push(...piece);
  return Uint8Array.from(bytes);
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
