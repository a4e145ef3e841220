/** Selection and packing of one FFN step (512 features, clusters of 256 neurons, 4,096 tokens), and the optimizer. */
import { createCpuDevice, createReferenceDevice } from "@beyond24/cpu";
import { filled } from "./harness/filled.ts";

const [NEURONS, FEATURES, ROWS, CLUSTER] = [2048, 512, 4096, 256];
const DEVICES = [
  { name: "reference", device: createReferenceDevice(), baseline: true },
  { name: "WebAssembly, 1 thread", device: await createCpuDevice({ threads: 1, blas: "off" }), baseline: false },
  { name: "WebAssembly, all threads", device: await createCpuDevice({ blas: "off" }), baseline: false },
];

for (const { name, device, baseline } of DEVICES) {
  const { kernels } = device;
  const n = baseline ? 3 : 100;
  const weights = filled(device, [NEURONS, FEATURES]);
  const packed = device.packed24(NEURONS, FEATURES, "cols");
  Deno.bench(name, { group: "softThreshold24", baseline, n }, () => kernels.softThreshold24({ weights, packed }));

  const segments = { offsets: device.tensor([2], "i32"), align: ROWS };
  device.write(segments.offsets, Int32Array.of(0, ROWS));
  const y1 = filled(device, [ROWS, CLUSTER]);
  const relu = device.packed24(ROWS, CLUSTER, "cols");
  const results = { neurons: device.packed24(ROWS, CLUSTER, "cols"), tokens: device.packed24(ROWS, CLUSTER, "rows") };
  kernels.squaredReluSelect24({ y1, segments, relu, ...results });
  Deno.bench(name, { group: "squaredReluSelect24", baseline, n }, () => {
    kernels.squaredReluSelect24({ y1, segments, relu, ...results });
  });
  Deno.bench(name, { group: "squaredReluBackwardSelect24", baseline, n }, () => {
    kernels.squaredReluBackwardSelect24({ dy2: y1, relu, segments, ...results });
  });

  const [mean, variance] = [device.tensor([NEURONS, FEATURES], "f32"), device.tensor([NEURONS, FEATURES], "f32")];
  const gradient = filled(device, [NEURONS, FEATURES]);
  const [gradientFactor, schedule] = [filled(device, [1]), filled(device, [3], 1e-3)];
  const constants = { beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0.1 };
  Deno.bench(name, { group: "adamW", baseline, n }, () => {
    kernels.adamW({ weight: weights, gradient, mean, variance, gradientFactor, schedule, ...constants });
  });
}
