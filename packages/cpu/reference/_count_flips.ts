import type { PackedMatrix24, Tensor } from "@beyond24/device";
import { unpackMask24 } from "@beyond24/sparse24";
import { integers } from "./_host_storage.ts";
import { packedStorage } from "./_packed_storage.ts";

/** Packs, and adds the mask bits that this changes to `flips`, where they are asked for. */
export function countFlips(packed: PackedMatrix24, flips: Tensor | undefined, pack: () => void): void {
  if (flips === undefined) return pack();
  const storage = packedStorage(packed);
  const before = unpackMask24(storage);
  pack();
  const changed = unpackMask24(storage).reduce((count, bit, i) => count + (bit === before[i] ? 0 : 1), 0);
  const count = integers(flips);
  count[0] = (count[0] ?? 0) + changed;
}
