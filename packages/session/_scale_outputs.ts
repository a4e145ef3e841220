import { writeParameter } from "@beyond24/autograd";
import type { Transformer } from "@beyond24/transformer";

/** Multiplies the output weights of every feed-forward network. It waits for the host: call it between steps. */
export async function scaleOutputs({ device, layers }: Transformer, factor: number): Promise<void> {
  for (const { feedForward: { wOut } } of layers) {
    const values = Float32Array.from(await device.read(wOut.weight), (value) => value * factor);
    writeParameter(device, wOut, values);
  }
}
