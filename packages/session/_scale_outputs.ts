import { allParts, type Collectives, ownPart } from "@beyond24/device";
import { isRouted, venomExperts } from "@beyond24/recipe";
import type { Transformer } from "@beyond24/transformer";

/**
 * Multiplies the output weights of every routed network by the part of the neurons that a token met, as from here on
 * every token meets all of them; each rank those that it has masters of. It waits for the host: call it between steps.
 */
export async function scaleOutputs(model: Transformer, collectives: Collectives): Promise<void> {
  const { device, layers, config: { sparsity } } = model;
  if (sparsity === undefined || !isRouted(sparsity.plan)) return;
  const { expertsPerToken = 1, venom } = sparsity;
  const factor = expertsPerToken / venomExperts(venom);
  for (const { feedForward: { wOut, sparse } } of layers) {
    if (sparse === undefined) continue;
    const { weight, value, share } = wOut;
    device.write(weight, Float32Array.from(await device.read(weight), (element) => element * factor));
    if (weight.storage !== value.storage) {
      device.kernels.copy({ x: weight, out: share.isSharded ? ownPart(value, share) : value });
    }
    if (share.isSharded) await collectives.allGather([allParts(value, share.size)]);
    wOut.version++;
  }
}
