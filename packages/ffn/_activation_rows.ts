import type { Device, Tensor } from "@beyond24/device";
import type { FeedForward } from "./feed_forward.ts";

/** What neurons do on some tokens. */
export interface ActivationRows {
  /** relu(y1) of each neuron on each token, scaled to length 1, or zero where it is never active: [F, T]. */
  readonly rows: Float32Array;
  /** T. */
  readonly width: number;
}

/**
 * Reads what the neurons of a network do on tokens [T, D]. Of length 1, rows are near each other where the same tokens
 * activate two neurons, however strongly.
 */
export async function activationRows(device: Device, layer: FeedForward, inputs: Tensor): Promise<ActivationRows> {
  const { neurons, wIn } = layer;
  const [width = 0] = inputs.shape;
  const y1 = device.tensor([neurons, width], "f32");
  device.kernels.matmul({ a: wIn.value, b: inputs, transposeB: true, out: y1 });
  const rows = Float32Array.from(await device.read(y1));
  device.free(y1);
  for (let neuron = 0; neuron < neurons; neuron++) {
    rectifyToLengthOne(rows.subarray(neuron * width, (neuron + 1) * width));
  }
  return { rows, width };
}

/** In place; loops, as callbacks for every value take longer than the k-means behind them. */
function rectifyToLengthOne(row: Float32Array): void {
  let squares = 0;
  for (let i = 0; i < row.length; i++) {
    const value = Math.max(0, row[i] as number);
    row[i] = value;
    squares += value * value;
  }
  const length = Math.sqrt(squares);
  if (length > 0) { for (let i = 0; i < row.length; i++) row[i] = (row[i] as number) / length; }
}
