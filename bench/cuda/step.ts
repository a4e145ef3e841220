/**
 * Times whole training steps (forward, backward, clipping, AdamW) of a model preset on an NVIDIA GPU, two CUDA graphs a
 * step as in a session, with device events: median, fastest, slowest. The peer is `peer_step.py`. Where a launcher
 * started several processes (`ranks.ts`, torchrun, mpirun), each has a GPU and `sequences` of its own, and rank 0
 * prints.
 *
 * `--shard=optimizer`: each of several has a part of masters and moments; `--overlap=false`: gradients are summed
 * behind the backward pass.
 *
 * Run: `deno run --allow-ffi --allow-read --allow-env bench/cuda/step.ts [--mode=dense | sparse | dense,sparse]
 * [--plan=paper] [--router=energy] [--preset=llama-1b] [--layers=22 --sequenceLength=8192 --dModel=2048 ...]
 * [--denseLayers=0] [--sequences=2] [--steps=10] [--repeatable=true] [--profile=false] [--shard=none] [--overlap=true]`
 */
import type { Parameter } from "@beyond24/autograd";
import { createCudaDevice, gpuCount, NativeDriver } from "@beyond24/cuda";
import { allParts, elementCount } from "@beyond24/device";
import { AdamW } from "@beyond24/optimizer";
import { planRouting, routers, sparsityPlans, venomFormats } from "@beyond24/recipe";
import {
  createTokenBatch,
  forwardBackward,
  packTransformer,
  transformerPacks,
  transformerParameters,
  writeTokenBatch,
} from "@beyond24/transformer";
import { joinRanks } from "../../packages/trainer/ranks/join_ranks.ts";
import { choice, median, option, print, shapeOption } from "./_command_line.ts";
import { OperationTimes } from "./_operation_times.ts";
import { randomTransformer } from "./_random_transformer.ts";

type Mode = "dense" | "sparse";

const modes = option("mode", "dense").split(",").map((mode): Mode => mode === "sparse" ? "sparse" : "dense");
const sequences = Number(option("sequences", "2"));
const shape = shapeOption("llama-1b");
const { sequenceLength } = shape;
const steps = Number(option("steps", "10"));
const format = choice("sparsity", venomFormats, "87.5");

const ranks = await joinRanks();
const driver = new NativeDriver(ranks.localRank % gpuCount());
const device = await createCudaDevice({ driver, repeatable: option("repeatable", "true") === "true" });
const collectives = await ranks.collectives(device);
const planName = choice("plan", sparsityPlans, "paper");
const routing = planRouting(planName, venomFormats[format], shape.dFfn);
const router = choice("router", routers, routing.router);
const sparsity = { plan: sparsityPlans[planName], ...routing, router, align: 128 };
const denseLayers = Number(option("denseLayers", "0"));
const shard = option("shard", "none");
const share = { rank: ranks.rank, size: ranks.size, isSharded: ranks.size > 1 && shard === "optimizer" };
const config = modes.includes("sparse") ? { shape, sparsity, denseLayers } : { shape };
const model = randomTransformer(device, config, share);
const parameters = transformerParameters(model);
const optimizer = new AdamW(device, parameters, {}, { key: "step", collectives });
const batch = createTokenBatch(device, sequences, sequenceLength);
const draw = (seed: number) =>
  Int32Array.from(
    { length: sequences * sequenceLength },
    (_, i) => Math.imul(i + seed, 2654435761) % shape.vocabularySize,
  ).map((token) => Math.abs(token));
writeTokenBatch(model, batch, { inputs: draw(1 + 10 * ranks.rank), targets: draw(2 + 10 * ranks.rank) });
const arena = device.arena();
const [start, end] = [driver.createEvent(), driver.createEvent()];

/** Milliseconds of each round of some work on the GPU, its collectives included. */
async function time(rounds: number, work: () => Promise<void>): Promise<number[]> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    driver.recordEvent(start);
    await work();
    driver.recordEvent(end);
    await device.synchronize();
    times.push(driver.elapsedMilliseconds(start, end));
  }
  return times;
}

function pass(mode: Mode): void {
  const onGradients = (complete: readonly Parameter[]) => optimizer.sumGradients(complete);
  forwardBackward(model, batch, { mode, arena, ...(option("overlap", "true") === "true" ? { onGradients } : {}) });
  arena.reset();
  optimizer.joinGradients();
}

/** GiB of masters, moments and gradients of this rank. */
function stateGiB(): number {
  const tensors = parameters.flatMap(({ weight, gradient }) => [weight, gradient]);
  const moments = optimizer.stateTensors().map(({ tensor }) => tensor);
  return [...tensors, ...moments].reduce((bytes, { shape }) => bytes + 4 * elementCount(shape), 0) / 2 ** 30;
}

async function update(mode: Mode): Promise<void> {
  await optimizer.step(1e-5, mode === "sparse" ? transformerPacks(model) : undefined);
  if (mode === "sparse") packTransformer(model);
}

async function measure(mode: Mode): Promise<void> {
  const began = performance.now();
  if (mode === "sparse") packTransformer(model);
  const times = await time(steps + 4, async () => {
    device.replay(`step/${mode}`, () => pass(mode));
    await update(mode);
  });
  const milliseconds = median(times.slice(4)); // behind algorithms, capture, and two replays
  const counts = await Promise.all(
    model.layers.map(({ feedForward }) => device.read(feedForward.statistics.expertCounts)),
  );
  const tokens = sequences * sequenceLength * ranks.size;
  report({
    what: "step",
    who: "beyond24",
    mode,
    plan: mode === "dense" ? "dense" : planName,
    router: mode === "dense" ? undefined : router,
    denseLayers: mode === "dense" ? undefined : denseLayers,
    ranks: ranks.size,
    shard,
    overlap: option("overlap", "true"),
    sequences,
    ...shape,
    repeatable: option("repeatable", "true"),
    ...milliseconds,
    tokensPerSecond: Math.round(1000 * tokens / milliseconds.medianMilliseconds),
    loss: (await device.read(model.loss))[0],
    stateGiB: stateGiB(),
    liveGiB: device.liveBytes / 2 ** 30,
    wallSeconds: (performance.now() - began) / 1000,
    expertCounts: mode === "sparse" ? Array.from(counts[denseLayers] ?? []) : undefined,
    device: device.description,
  });
}

/** How long gradients take to come together, and what products read to go around, when nothing runs beside them. */
async function measureCollectives(): Promise<void> {
  const { allReduce, reduceScatter, allGather, size } = collectives;
  const [gradients, values] = (["gradient", "value"] as const).map((of) =>
    parameters.map((parameter) => allParts(parameter[of], size))
  );
  for (const [what, run] of Object.entries({ allReduce, reduceScatter, allGather })) {
    const tensors = what === "allGather" ? values ?? [] : gradients ?? [];
    const times = await time(6, () => run(tensors));
    report({ what, ranks: size, over: collectives.description, ...median(times.slice(2)) });
  }
}

async function profile(mode: Mode): Promise<void> {
  const operations = new OperationTimes(device.kernels, driver);
  pass(mode);
  await update(mode);
  await device.synchronize();
  for (const { name, calls, milliseconds } of operations.times()) {
    report({ what: "operation", name, calls, milliseconds: Math.round(1e4 * milliseconds) / 1e4 });
  }
}

function report(row: Readonly<Record<string, unknown>>): void {
  if (ranks.rank === 0) print(row);
}

for (const mode of modes) await measure(mode);
if (ranks.size > 1) await measureCollectives();
if (option("profile", "false") === "true") await profile(modes.at(-1) ?? "dense"); // last, as it slows everything down
await ranks.end();
Deno.exit(); // a group of sockets may keep the process
