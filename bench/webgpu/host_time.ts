/**
 * Host time of a training step on WebGPU: from the first write of a step to the return of its one submit, nothing waited
 * for. With `--whole` also the time of the whole step.
 *
 *     deno run --allow-read bench/webgpu/host_time.ts [preset]
 *
 * @module
 */
// deno-lint-ignore-file no-console -- a command prints
import { AdamW } from "@beyond24/optimizer";
import { modelPresets, sparsityPlans } from "@beyond24/recipe";
import { clusterTransformer, createTransformer, forwardBackward, transformerParameters } from "@beyond24/transformer";
import { createWebGpuDevice, profileTable } from "@beyond24/webgpu";
import { median } from "./_interleave.ts";

const [WARM_UP, STEPS, SEQUENCES] = [2, 9, 2];
const preset = Deno.args.find((argument) => argument === "tiny" || argument === "small") ?? "small";
const profile = Deno.args.includes("--profile");
const device = await createWebGpuDevice({ profile });
const shape = modelPresets[preset];
const sparsity = { plan: sparsityPlans.paper, venom: { v: 64, n: 2, m: 16 } } as const;
const model = createTransformer(device, { shape, sparsity }, 1);
const optimizer = new AdamW(device, transformerParameters(model));
const tokenShape = [SEQUENCES, shape.sequenceLength];
const batch = { tokens: device.tensor(tokenShape, "i32"), targets: device.tensor(tokenShape, "i32") };
const arena = device.arena();
const values = Int32Array.from({ length: SEQUENCES * shape.sequenceLength }, (_, i) => i * 7919 % shape.vocabularySize);

console.log(device.description);
for (const mode of ["dense", "sparse"] as const) {
  if (mode === "sparse") await clusterTransformer(model, { seed: 1 });
  const [host, whole]: [number[], number[]] = [[], []];
  const { submits } = device;
  let { dispatches } = device;
  for (let step = 0; step < WARM_UP + STEPS; step++) {
    dispatches = device.dispatches;
    const start = performance.now();
    device.write(batch.tokens, values);
    device.write(batch.targets, values);
    optimizer.prepare(1e-3);
    device.replay(mode, () => {
      forwardBackward(model, batch, { mode, arena });
      optimizer.step();
      arena.reset();
    });
    device.submit();
    const submitted = performance.now();
    await device.synchronize();
    if (step < WARM_UP) continue;
    host.push(submitted - start);
    whole.push(performance.now() - start);
    if (!profile || step < WARM_UP + STEPS - 1) await device.takeProfile();
  }
  const count = device.dispatches - dispatches;
  const perStep = (device.submits - submits) / (WARM_UP + STEPS);
  console.log(
    `${preset} ${mode}: host ${median(host).toFixed(2)} ms (least ${
      Math.min(...host).toFixed(2)
    }), ${count} dispatches, ${perStep} submit, ` +
      `whole step ${median(whole).toFixed(0)} ms`,
  );
  if (profile) console.log(profileTable(await device.takeProfile()));
}
device.dispose();
