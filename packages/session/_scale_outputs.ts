import { allParts, type Collectives, ownPart } from "@beyond24/device";
import type { Transformer } from "@beyond24/transformer";

/**
 * Multiplies the output weights of every feed-forward network, each rank those that it has masters of. It waits for the
 * host: call it between steps.
 */
export async function scaleOutputs(
  { device, layers }: Transformer,
  factor: number,
  collectives: Collectives,
): Promise<void> {
  for (const { feedForward: { wOut } } of layers) {
    const { weight, value, share } = wOut;
    device.write(weight, Float32Array.from(await device.read(weight), (element) => element * factor));
    if (weight.storage !== value.storage) {
      device.kernels.copy({ x: weight, out: share.isSharded ? ownPart(value, share) : value });
    }
    if (share.isSharded) await collectives.allGather([allParts(value, share.size)]);
    wOut.version++;
  }
}
