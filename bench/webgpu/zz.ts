import { AdamW } from "@beyond24/optimizer";
import { modelPresets, sparsityPlans } from "@beyond24/recipe";
import { clusterTransformer, createTransformer, forwardBackward, transformerParameters } from "@beyond24/transformer";
import { createWebGpuDevice } from "@beyond24/webgpu";
const device = await createWebGpuDevice();
const shape = { ...modelPresets.small, sequenceLength: 32 };
const model = createTransformer(device, {
  shape,
  sparsity: { plan: sparsityPlans.paper, venom: { v: 64, n: 2, m: 16 } } as any,
}, 1);
const optimizer = new AdamW(device, transformerParameters(model));
const batch = { tokens: device.tensor([2, 32], "i32"), targets: device.tensor([2, 32], "i32") };
const arena = device.arena();
const values = Int32Array.from({ length: 64 }, (_, i) => i * 7919 % shape.vocabularySize);
for (const mode of ["dense", "sparse"] as const) {
  if (mode === "sparse") await clusterTransformer(model, { seed: 1 });
  const rows: number[][] = [];
  for (let i = 0; i < 40; i++) {
    const t0 = performance.now();
    device.write(batch.tokens, values);
    device.write(batch.targets, values);
    optimizer.prepare(1e-3);
    const t1 = performance.now();
    device.replay(mode, () => {
      forwardBackward(model, batch, { mode, arena });
      optimizer.step();
      arena.reset();
    });
    const t2 = performance.now();
    device.submit();
    const t3 = performance.now();
    await device.synchronize();
    if (i > 2) rows.push([t1 - t0, (globalThis as any).E, ...(globalThis as any).T, t3 - t0]);
  }
  const col = (j: number) => rows.map((r) => r[j]!).sort((a, b) => a - b);
  console.log(
    mode,
    ["write", "encode", "finish", "submit", "total"].map((n, j) =>
      `${n} ${col(j)[0]!.toFixed(2)}/${col(j)[18]!.toFixed(2)}`
    ).join("  "),
  );
}
device.dispose();
