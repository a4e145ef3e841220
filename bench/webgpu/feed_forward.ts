/**
 * The sparse feed-forward network against the dense one on the same WebGPU adapter: forward and backward pass, clustering
 * means, packing of weights, routing, sorting, gathering and scattering included.
 *
 *     deno run bench/webgpu/feed_forward.ts [experts...]
 *
 * @module
 */
// deno-lint-ignore-file no-console -- a command prints
import { Tape, writeParameter } from "@beyond24/autograd";
import type { Tensor } from "@beyond24/device";
import {
  createFeedForward,
  denseFeedForward,
  type FeedForward,
  packFeedForward,
  sparseFeedForward,
} from "@beyond24/ffn";
import { sparsityPlans } from "@beyond24/recipe";
import { createWebGpuDevice, profileTable, type WebGpuDevice } from "@beyond24/webgpu";
import { type Contestant, interleave } from "./_interleave.ts";

const [TOKENS, FEATURES, NEURONS, ROUNDS] = [4096, 512, 2048, 3];

function randomValues(count: number, scale: number): Float32Array {
  return Float32Array.from({ length: count }, () => (Math.random() * 2 - 1) * scale);
}

function layerOf(device: WebGpuDevice, experts: number): FeedForward {
  const sparsity = { plan: sparsityPlans.paper, venom: { v: 64, n: 2, m: 4 * experts } } as const;
  const layer = createFeedForward(device, "mlp", { neurons: NEURONS, features: FEATURES, sparsity });
  for (const weight of [layer.wIn, layer.wOut]) {
    writeParameter(device, weight, randomValues(NEURONS * FEATURES, 0.05));
  }
  packFeedForward(device, layer, { countFlips: false });
  return layer;
}

function contestant(
  device: WebGpuDevice,
  layer: FeedForward,
  { x, gradient, mode }: { x: Tensor; gradient: Tensor; mode: "dense" | "sparse" },
): Contestant {
  const arena = device.arena();
  const step = () => {
    if (mode === "sparse") packFeedForward(device, layer, { countFlips: true });
    const tape = new Tape(device, arena);
    const input = tape.input(x);
    const output = (mode === "dense" ? denseFeedForward : sparseFeedForward)(tape, input, layer);
    const copy = tape.tensor(gradient.shape);
    device.kernels.copy({ x: gradient, out: copy });
    tape.addGradient(output, copy);
    tape.backward();
    arena.reset();
  };
  const key = `${mode} ${layer.sparse?.sizes.experts}`;
  return {
    name: key,
    run: async () => {
      device.replay(key, step);
      await device.synchronize();
    },
  };
}

const profile = Deno.args.includes("--profile");
const device = await createWebGpuDevice({ profile });
console.log(device.description);
const experts = Deno.args.filter((argument) => /^\d+$/.test(argument)).map(Number);
for (const count of experts.length > 0 ? experts : [4, 8]) {
  const layer = layerOf(device, count);
  const [x, gradient] = [device.tensor([TOKENS, FEATURES], "f32"), device.tensor([TOKENS, FEATURES], "f32")];
  device.write(x, randomValues(TOKENS * FEATURES, 1));
  device.write(gradient, randomValues(TOKENS * FEATURES, 1));
  const dense = contestant(device, layer, { x, gradient, mode: "dense" });
  const sparse = contestant(device, layer, { x, gradient, mode: "sparse" });
  if (profile) {
    for (const { name, run } of [dense, sparse]) {
      await run();
      await device.takeProfile();
      await run();
      console.log(name + "\n" + profileTable(await device.takeProfile()));
    }
    continue;
  }
  const [denseTime = NaN, sparseTime = NaN] = await interleave([dense, sparse], ROUNDS);
  const ratio = (denseTime / sparseTime).toFixed(2);
  console.log(`E = ${count}: dense ${denseTime.toFixed(1)} ms, sparse ${sparseTime.toFixed(1)} ms, ${ratio}x`);
}
device.dispose();
