import type { FeedForward, PackedWeight } from "@beyond24/ffn";

/** The packed weights of a network with the products that read them. */
export function packedWeights({ sparse }: FeedForward): [string, PackedWeight][] {
  return Object.entries(sparse?.weights ?? {});
}
