import type { Transformer } from "./transformer.ts";

/**
 * Writes the packed weights once without counting flips, so that sparse steps may run: after a resume, or after
 * {@linkcode clusterTransformer}, which calls it. The first step afterwards reports no flips.
 *
 * @param model A model with sparsity; with a router, clustered (`model.state.clustered`)
 * @throws {Error} If the model has no sparsity or needs clustering first
 */
export function startSparse(_model: Transformer): void {
  throw new Error("Not written yet");
}
