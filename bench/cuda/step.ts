/**
 * Times whole training steps (forward, backward, clipping, AdamW) of a model preset on an NVIDIA GPU, two CUDA graphs a
 * step as in a session, with device events: median, fastest, slowest. The peer is `peer_step.py`.
 *
 * Run: `deno run --allow-ffi --allow-read --allow-env bench/cuda/step.ts [--mode=dense] [--plan=paper]
 * [--preset=llama-1b] [--layers=22 --sequenceLength=8192 --dModel=2048 ...] [--sequences=2] [--steps=10]
 * [--repeatable=true] [--profile=false]`
 */
import { createCudaDevice, NativeDriver } from "@beyond24/cuda";
import { AdamW } from "@beyond24/optimizer";
import { planRouting, sparsityPlans, venomFormats } from "@beyond24/recipe";
import {
  createTokenBatch,
  forwardBackward,
  packTransformer,
  transformerPacks,
  transformerParameters,
  writeTokenBatch,
} from "@beyond24/transformer";
import { choice, median, option, print, shapeOption } from "./_command_line.ts";
import { OperationTimes } from "./_operation_times.ts";
import { randomTransformer } from "./_random_transformer.ts";

const mode = option("mode", "dense") === "sparse" ? "sparse" : "dense";
const sequences = Number(option("sequences", "2"));
const shape = shapeOption("llama-1b");
const { sequenceLength } = shape;
const steps = Number(option("steps", "10"));
const format = choice("sparsity", venomFormats, "87.5");

const driver = new NativeDriver();
const device = await createCudaDevice({ driver, repeatable: option("repeatable", "true") === "true" });
const planName = choice("plan", sparsityPlans, "paper");
const sparsity = { plan: sparsityPlans[planName], ...planRouting(planName, venomFormats[format]), align: 128 };
const model = randomTransformer(device, {
  shape,
  ...(mode === "sparse" ? { sparsity } : {}),
});
const optimizer = new AdamW(device, transformerParameters(model), {}, { key: "step" });
const batch = createTokenBatch(device, sequences, sequenceLength);
const draw = (seed: number) =>
  Int32Array.from(
    { length: sequences * sequenceLength },
    (_, i) => Math.imul(i + seed, 2654435761) % shape.vocabularySize,
  ).map((token) => Math.abs(token));
writeTokenBatch(model, batch, { inputs: draw(1), targets: draw(2) });
const arena = device.arena();
const [start, end] = [driver.createEvent(), driver.createEvent()];
const times: number[] = [];
const began = performance.now();
const pass = () => {
  forwardBackward(model, batch, { mode, arena });
  arena.reset();
};
const update = async () => {
  await optimizer.step(1e-5, transformerPacks(model));
  if (mode === "sparse") packTransformer(model);
};
packTransformer(model);
for (let step = 0; step < steps + 4; step++) {
  driver.recordEvent(start);
  device.replay("step", pass);
  await update();
  driver.recordEvent(end);
  await device.synchronize();
  // Four warm-up steps: algorithms, capture, and two replays.
  if (step >= 4) times.push(driver.elapsedMilliseconds(start, end));
}
const counts = await Promise.all(
  model.layers.map(({ feedForward }) => device.read(feedForward.statistics.expertCounts)),
);
print({
  what: "step",
  who: "beyond24",
  mode,
  plan: mode === "dense" ? "dense" : planName,
  sequences,
  ...shape,
  repeatable: option("repeatable", "true"),
  ...median(times),
  loss: (await device.read(model.loss))[0],
  liveGiB: device.liveBytes / 2 ** 30,
  wallSeconds: (performance.now() - began) / 1000,
  expertCounts: mode === "sparse" ? Array.from(counts[0] ?? []) : undefined,
  device: device.description,
});
if (option("profile", "false") === "true") {
  const operations = new OperationTimes(device.kernels, driver);
  pass();
  await update();
  await device.synchronize();
  for (const { name, calls, milliseconds } of operations.times()) {
    print({ what: "operation", name, calls, milliseconds: Math.round(1e4 * milliseconds) / 1e4 });
  }
}
