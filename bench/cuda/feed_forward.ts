/**
 * Times the feed-forward network, forward and backward, through the CUDA device: dense, and sparse with everything in
 * (means, packing of both weights from the f32 masters with flips counted, routing, sorting, gather, six products,
 * selection, scatter, f32 weight gradients), each as one CUDA graph. Device events, medians, random data, L2 flushed.
 * The peer is `peer_ffn.py`.
 *
 * Run: `deno run --allow-ffi --allow-read --allow-env bench/cuda/feed_forward.ts [--preset=llama-1b] [--dModel=512 ...]
 * [--tokens=16384] [--plan=paper] [--router=] [--sparsity=87.5] [--rounds=15] [--profile=false]`
 */
import { Tape } from "@beyond24/autograd";
import { createCudaDevice, NativeDriver } from "@beyond24/cuda";
import { createFeedForward, denseFeedForward, refreshFeedForward, sparseFeedForward } from "@beyond24/ffn";
import { planRouting, routers, sparsityPlans, venomFormats } from "@beyond24/recipe";
import { packAgain } from "../harness/pack_again.ts";
import { zipfTokens, zipfVocabulary } from "../harness/zipf_tokens.ts";
import { choice, median, option, print, shapeOption } from "./_command_line.ts";
import { OperationTimes } from "./_operation_times.ts";
import { RandomPool } from "./_random_pool.ts";

const format = choice("sparsity", venomFormats, "87.5");
const { dModel: features, dFfn: neurons } = shapeOption("llama-1b");
const tokens = Number(option("tokens", "16384"));
const rounds = Number(option("rounds", "15"));

const driver = new NativeDriver();
const device = await createCudaDevice({ driver });
const planName = choice("plan", sparsityPlans, "paper");
const routing = planRouting(planName, venomFormats[format], neurons);
const router = choice("router", routers, routing.router);
const sparsity = { plan: sparsityPlans[planName], ...routing, router, align: 128 };
const layer = createFeedForward(device, "mlp", { neurons, features, sparsity, vocabularySize: zipfVocabulary });
const weights = new RandomPool(device, features ** -0.5);
for (const parameter of [layer.wIn, layer.wOut]) weights.randomise(parameter);
refreshFeedForward(device, layer);
const activations = new RandomPool(device, 1);
const x = activations.fill(device.tensor([tokens, features], device.activationType));
const gradient = activations.fill(device.tensor([tokens, features], device.activationType));
const flush = device.tensor([64 * 2 ** 20], "f32");
const arena = device.arena();
const step = device.tensor([1], "i32");
const numbers = device.tensor([tokens], "i32");
device.write(numbers, zipfTokens(tokens));

/** Forward and backward pass; the gradient of the output is the given one. */
function pass(mode: "dense" | "sparse"): void {
  const tape = new Tape(device, arena);
  const input = tape.input(x);
  const output = mode === "dense"
    ? denseFeedForward(tape, input, layer)
    : sparseFeedForward(tape, input, layer, { draw: { key: 1, step }, tokens: numbers });
  // Shared with an owner that never lets go, so that the tape neither writes to it nor recycles it.
  tape.passGradient({ value: gradient, gradient }, output);
  tape.backward();
  arena.reset();
}

const contenders: Readonly<Record<string, () => void>> = {
  dense: () => pass("dense"),
  sparse: () => {
    packAgain(device, layer);
    pass("sparse");
  },
  "sparse, weights packed before": () => pass("sparse"),
};
const times = new Map<string, number[]>(Object.keys(contenders).map((name) => [name, []]));
const [start, end] = [driver.createEvent(), driver.createEvent()];
for (let round = 0; round < rounds + 4; round++) {
  for (const [name, run] of Object.entries(contenders)) {
    device.kernels.fill({ out: flush, value: round });
    driver.recordEvent(start);
    device.replay(name, run);
    driver.recordEvent(end);
    await device.synchronize();
    // Four warm-up rounds: algorithms, capture, and two replays.
    if (round >= 4) times.get(name)?.push(driver.elapsedMilliseconds(start, end));
  }
}
const counts = await device.read(layer.statistics.expertCounts);
for (const [name, milliseconds] of times) {
  print({
    what: "feed-forward network",
    who: `beyond24, ${name}`,
    features,
    neurons,
    plan: name === "dense" ? "dense" : planName,
    ...(name === "dense" ? {} : { router }),
    tokens,
    sparsity: name === "dense" ? 0 : Number(format),
    ...median(milliseconds),
    ...(name === "dense" ? {} : { tokensOfExperts: [...counts] }),
    device: device.description,
  });
}
if (option("profile", "false") === "true") {
  const operations = new OperationTimes(device.kernels, driver);
  contenders.sparse?.();
  await device.synchronize();
  for (const { name, calls, milliseconds } of operations.times()) {
    print({ what: "operation", name, calls, milliseconds: Math.round(1e4 * milliseconds) / 1e4 });
  }
}
device.dispose();
