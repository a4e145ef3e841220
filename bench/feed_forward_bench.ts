/** The feed-forward network, forward and backward, dense and sparse; D = 256, F = 1024, 2,048 tokens. */
import { Tape, writeParameter } from "@beyond24/autograd";
import { createCpuDevice } from "@beyond24/cpu";
import { createFeedForward, denseFeedForward, refreshFeedForward, sparseFeedForward } from "@beyond24/ffn";
import { sparsityPlans } from "@beyond24/recipe";
import { filled } from "./harness/filled.ts";
import { packAgain } from "./harness/pack_again.ts";
import { randomValues } from "./harness/random_values.ts";

const [FEATURES, NEURONS, TOKENS] = [256, 1024, 2048];

for (const { path, blas } of [{ path: "WebAssembly", blas: "off" }, { path: "BLAS if there is one", blas: "auto" }]) {
  const device = await createCpuDevice({ blas });
  const x = filled(device, [TOKENS, FEATURES]);
  for (const m of [undefined, 16, 32]) {
    const sparsity = m === undefined ? undefined : { plan: sparsityPlans.paper, venom: { v: 64, n: 2, m } as const };
    const layer = createFeedForward(device, "ffn", { neurons: NEURONS, features: FEATURES, sparsity });
    writeParameter(device, layer.wIn, randomValues(NEURONS * FEATURES, 0.05));
    writeParameter(device, layer.wOut, randomValues(NEURONS * FEATURES, 0.03, 777));
    refreshFeedForward(device, layer);
    const arena = device.arena();
    const run = m === undefined ? denseFeedForward : sparseFeedForward;
    Deno.bench(
      m === undefined ? "dense" : `sparse, M = ${m}`,
      { group: path, baseline: m === undefined, n: 20 },
      () => {
        packAgain(device, layer);
        const tape = new Tape(device, arena);
        const output = run(tape, tape.input(x), layer);
        const gradient = tape.tensor([TOKENS, FEATURES]);
        device.kernels.copy({ x, out: gradient });
        tape.addGradient(output, gradient);
        tape.backward();
        arena.reset();
      },
    );
  }
}
