import type { FilePieces } from "@beyond24/disk";
import { encodeSafetensorsHeader, type SafetensorsMetadata } from "@beyond24/safetensors";

/** A tensor whose bytes are made when they are written. */
export interface PendingTensor {
  /** Its name. */
  readonly name: string;
  /** Its element type. */
  readonly dtype: "F32" | "BF16" | "I64" | "U8";
  /** Its sizes, slowest first. */
  readonly shape: readonly number[];
  /** Its bytes, piece by piece. */
  readonly pieces: () => FilePieces;
}

/** A safetensors file, piece by piece, its tensors made one after the other. */
export async function* encodeTensors(
  tensors: readonly PendingTensor[],
  metadata?: SafetensorsMetadata,
): AsyncGenerator<Uint8Array> {
  const byName = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  const { bytes, order } = encodeSafetensorsHeader(Object.fromEntries(byName), metadata);
  yield bytes;
  for (const name of order) yield* byName.get(name)?.pieces() ?? [];
}
