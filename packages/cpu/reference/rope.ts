import { type RopeArguments, roundTo } from "@beyond24/device";
import { floats, integers } from "./_host_storage.ts";

/** Turns the pairs (i, i + headDim / 2) of every head by the angle of their position. */
export function rope({ x, out, heads, cosines, sines, positions, inverse }: RopeArguments): void {
  const [tokens = 0, width = 0] = x.shape;
  const [sequenceLength = 1, half = 0] = cosines.shape;
  const input = floats(x);
  const result = floats(out);
  const cosine = floats(cosines);
  const sine = floats(sines);
  const places = positions && integers(positions);
  const direction = inverse ? -1 : 1;
  for (let t = 0; t < tokens; t++) {
    const position = places === undefined ? t : places[t] ?? NaN;
    const angle = position < 0 ? NaN : (position % sequenceLength) * half;
    for (let head = 0; head < heads; head++) {
      const start = t * width + head * 2 * half;
      for (let i = 0; i < half; i++) {
        const a = input[start + i] ?? NaN;
        const b = input[start + half + i] ?? NaN;
        const c = cosine[angle + i] ?? NaN;
        const s = direction * (sine[angle + i] ?? NaN);
        result[start + i] = a * c - b * s;
        result[start + half + i] = b * c + a * s;
      }
    }
  }
  roundTo(result, out.dtype);
}
