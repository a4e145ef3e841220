import { type RmsNormBackwardArguments, roundTo } from "@beyond24/device";
import { floats } from "./_host_storage.ts";

/** dX = inverseRms · (g − n · mean(g · n)) with n = x · inverseRms and g = dOut · weight; dWeight += Σ dOut · n. */
export function rmsNormBackward(
  { x, weight, inverseRms, dOut, dX, accumulate, dWeight }: RmsNormBackwardArguments,
): void {
  const [tokens = 0, width = 0] = x.shape;
  const input = floats(x);
  const gains = floats(weight);
  const inverses = floats(inverseRms);
  const dOutput = floats(dOut);
  const dInput = floats(dX);
  const dGains = floats(dWeight);
  const sums = Float64Array.from(dGains);
  for (let t = 0; t < tokens; t++) {
    const inverse = inverses[t] ?? NaN;
    const row = t * width;
    let dot = 0;
    for (let d = 0; d < width; d++) {
      const normalized = (input[row + d] ?? NaN) * inverse;
      const gradient = dOutput[row + d] ?? NaN;
      sums[d] = (sums[d] ?? NaN) + gradient * normalized;
      dot += gradient * (gains[d] ?? NaN) * normalized;
    }
    const mean = dot / width;
    for (let d = 0; d < width; d++) {
      const normalized = (input[row + d] ?? NaN) * inverse;
      const gradient = inverse * ((dOutput[row + d] ?? NaN) * (gains[d] ?? NaN) - normalized * mean);
      dInput[row + d] = accumulate ? (dInput[row + d] ?? NaN) + gradient : gradient;
    }
  }
  dGains.set(sums);
  roundTo(dInput, dX.dtype);
}
