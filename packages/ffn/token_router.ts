import type { Device, Tensor } from "@beyond24/device";

/** The router `token`: a token of the vocabulary has the same clusters wherever it stands. */
export interface TokenRouter {
  /** Which router it is. */
  readonly name: "token";
  /** k. */
  readonly expertsPerToken: number;
  /** Clusters of each token, on the host; part of a checkpoint: [vocabulary, k]. */
  readonly choices: Uint8Array;
  /**
   * The same on the device: k down to 1 at the clusters of a token, from first to last, and zero at all others: f32
   * [vocabulary, E].
   */
  readonly scores: Tensor;
  /** What makes a score of each column: the unit matrix, f32 [E, E]. */
  readonly directions: Tensor;
}

/** Sizes of a {@linkcode TokenRouter}. */
interface TokenRouterSizes {
  readonly vocabularySize: number;
  readonly experts: number;
  readonly expertsPerToken: number;
}

/** Allocates a router by token; until tokens have voted, their clusters follow each other evenly. */
export function createTokenRouter(device: Device, sizes: TokenRouterSizes): TokenRouter {
  const { vocabularySize, experts, expertsPerToken } = sizes;
  const directions = device.tensor([experts, experts], "f32");
  device.write(directions, Float32Array.from({ length: experts ** 2 }, (_, i) => Number(i % (experts + 1) === 0)));
  const scores = device.tensor([vocabularySize, experts], "f32");
  const choices = Uint8Array.from({ length: vocabularySize * expertsPerToken }, (_, i) => i % experts);
  const router = { name: "token", expertsPerToken, choices, scores, directions } as const;
  writeChoices(device, router, choices);
  return router;
}

/**
 * Gives every token of the vocabulary its clusters.
 *
 * @param device Where the router lives
 * @param router The router
 * @param choices Clusters of each token [vocabulary, k], first to last
 * @throws {TypeError} If they are of another length, or a token has a cluster that is not there, or one twice
 *
 * @example The second token has the other cluster
 * ```ts
 * import { createFeedForward, writeChoices } from "@beyond24/ffn";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { sparsityPlans } from "@beyond24/recipe";
 * import { assert, assertEquals } from "@std/assert";
 *
 * const device = createReferenceDevice();
 * const sparsity = { plan: sparsityPlans.paper, venom: { v: 4, n: 2, m: 8 }, router: "token" } as const;
 * const layer = createFeedForward(device, "mlp", { neurons: 8, features: 4, sparsity, vocabularySize: 2 });
 * const router = layer.sparse?.router;
 * assert(router?.name === "token");
 * writeChoices(device, router, Uint8Array.of(1, 0));
 * assertEquals(await device.read(router.scores), new Float32Array([0, 1, 1, 0]));
 * ```
 */
export function writeChoices(device: Device, router: TokenRouter, choices: Uint8Array): void {
  const { expertsPerToken, scores } = router;
  const [vocabularySize = 0, experts = 0] = scores.shape;
  if (choices.length !== vocabularySize * expertsPerToken) {
    throw new TypeError(
      `Cannot use clusters of tokens as there must be ${expertsPerToken} for each of ${vocabularySize} tokens: ` +
        `current value is ${choices.length} clusters`,
    );
  }
  const values = new Float32Array(vocabularySize * experts);
  for (let place = 0; place < choices.length; place++) {
    const token = Math.floor(place / expertsPerToken);
    const cluster = choices[place] as number;
    const at = token * experts + cluster;
    if (cluster >= experts || values[at] !== 0) {
      throw new TypeError(
        `Cannot use clusters of tokens as those of a token must be ${expertsPerToken} different ones below ${experts}: ` +
          `current value is ${cluster}, at token ${token}`,
      );
    }
    values[at] = expertsPerToken - place % expertsPerToken;
  }
  device.write(scores, values);
  router.choices.set(choices);
}
