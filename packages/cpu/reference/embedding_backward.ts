import type { EmbeddingBackwardArguments } from "@beyond24/device";
import { floats, integers } from "./_host_storage.ts";

/** dTable[tokens[t]] += dOut[t], in order. */
export function embeddingBackward({ tokens, dOut, dTable }: EmbeddingBackwardArguments): void {
  const [vocabulary = 0, width = 0] = dTable.shape;
  const gradient = floats(dOut);
  const result = floats(dTable);
  integers(tokens).forEach((token, t) => {
    if (token < 0 || token >= vocabulary) return;
    for (let d = 0; d < width; d++) {
      const i = token * width + d;
      result[i] = (result[i] ?? NaN) + (gradient[t * width + d] ?? NaN);
    }
  });
}
