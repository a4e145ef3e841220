// Every operation against a driver that only writes down: what is launched exists in the checked-in PTX, and its
// argument block is as long as the kernel's parameters, which is the mistake that the real driver does not notice.
import { type AttentionShape, type Device, type DType, KERNEL_NAMES, type Kernels } from "@beyond24/device";
import type { Segments, Tensor } from "@beyond24/device";
import { rehearseKernel } from "@beyond24/device/contract";
import { assert, assertEquals } from "@std/assert";
import { parameterLayout, ptxParameters, recordingDevice } from "../testing/testing.ts";
import { readBuilt } from "../build/built_files.ts";
import { createCudaDevice } from "../create_cuda_device.ts";
import { RecordingDriver } from "../driver/recording_driver.ts";

function allKernels(): Map<string, { align: number; bytes: number }[]> {
  const kernels = new Map<string, { align: number; bytes: number }[]>();
  for (const { text } of readBuilt().values()) {
    for (const [kernel, parameters] of ptxParameters(text)) {
      assert(!kernels.has(kernel), `two kernels are called ${kernel}`);
      kernels.set(kernel, parameters);
    }
  }
  return kernels;
}

type Make = (shape: readonly number[], dtype?: DType) => Tensor;
type Call = (kernels: Kernels, make: Make, device: Device) => void;

/** Segments of a few experts, too short for the tensor cores. */
function segmentsOf(make: Make, experts: number): Segments {
  return { offsets: make([experts + 1], "i32"), align: 4 };
}

const SHAPE: AttentionShape = { sequences: 2, sequenceLength: 8, heads: 4, keyValueHeads: 2, headDim: 16 };

/** Calls of operations, and what they launch. */
const CALLS: Readonly<Record<string, [Call, ...string[]]>> = {
  add: [(k, t) => k.add({ a: t([4, 8]), b: t([4, 8]), out: t([4, 8], "f32") }), "add_bf16_bf16_f32"],
  copy: [(k, t) => k.copy({ x: t([4, 8], "f32"), out: t([4, 8]) }), "copy_f32_bf16"],
  fill: [(k, t) => k.fill({ out: t([4]), value: 1 })],
  squaredRelu: [(k, t) => k.squaredRelu({ x: t([4, 8]), out: t([4, 8]) }), "squared_relu_bf16_bf16"],
  squaredReluBackward: [
    (k, t) => k.squaredReluBackward({ x: t([9]), dOut: t([9]), dX: t([9]) }),
    "squared_relu_backward_bf16",
  ],
  embedding: [
    (k, t) => k.embedding({ tokens: t([5], "i32"), table: t([7, 8]), out: t([5, 8]) }),
    "embedding_bf16_bf16",
  ],
  embeddingBackward: [
    (k, t) => k.embeddingBackward({ tokens: t([5], "i32"), dOut: t([5, 8]), dTable: t([7, 8], "f32") }),
    "embedding_backward_sort",
    "embedding_backward_bf16",
  ],
  rmsNorm: [
    (k, t) =>
      k.rmsNorm({ x: t([3, 8]), weight: t([8], "f32"), epsilon: 1e-5, out: t([3, 8]), inverseRms: t([3], "f32") }),
    "rms_norm_bf16_f32",
  ],
  rmsNormBackward: [
    (k, t) =>
      k.rmsNormBackward({
        x: t([3, 8]),
        weight: t([8]),
        inverseRms: t([3], "f32"),
        dOut: t([3, 8]),
        dX: t([3, 8]),
        dWeight: t([8], "f32"),
      }),
    "rms_norm_backward_bf16_bf16",
    "rms_norm_backward_weight",
  ],
  rope: [
    (k, t) => {
      const angles = { cosines: t([8, 8], "f32"), sines: t([8, 8], "f32") };
      k.rope({ x: t([16, 64]), out: t([16, 64]), heads: 4, ...angles });
    },
    "rope_bf16",
  ],
  attention: [(k, t) => k.attention(attentionTensors(t)), "attention_bf16"],
  attentionBackward: [
    (k, t) => {
      const [dOut, dQ, dK, dV] = [t([16, 64]), t([16, 64]), t([16, 32]), t([16, 32])];
      k.attentionBackward({ forward: attentionTensors(t), dOut, dQ, dK, dV });
    },
    "attention_backward_deltas_bf16",
    "attention_backward_queries_bf16",
    "attention_backward_keys_bf16",
  ],
  cachedAttention: [
    (k, t) => {
      const [q, keys, values, out] = [t([3, 64]), t([16, 32]), t([16, 32]), t([3, 64])];
      k.cachedAttention({ q, keys, values, places: t([3], "i32"), shape: SHAPE, out });
    },
    "cached_attention_bf16",
  ],
  writeRows: [(k, t) => k.writeRows({ x: t([3, 8]), rows: t([3], "i32"), out: t([9, 8]) }), "write_rows_bf16_bf16"],
  crossEntropy: [
    (k, t) => {
      const logits = t([3, 9]);
      k.crossEntropy({ logits, targets: t([3], "i32"), losses: t([3], "f32"), dLogits: logits });
    },
    "cross_entropy_bf16",
  ],
  logLikelihood: [
    (k, t) => {
      const [targets, greedy] = [t([3], "i32"), t([3], "i32")];
      k.logLikelihood({ logits: t([3, 9]), targets, logLikelihoods: t([3], "f32"), greedy });
    },
    "log_likelihood_bf16",
  ],
  sum: [(k, t) => k.sum({ x: t([3], "f32"), out: t([1], "f32") }), "sum_f32"],
  recordRow: [
    (k, t) => k.recordRow({ values: [t([1], "f32"), t([2], "i32")], ring: t([4, 3], "f32"), cursor: t([1], "i32") }),
    "record_row_f32",
    "record_row_i32",
    "record_row_advance",
  ],
  squaredNorm: [
    (k, t) => k.squaredNorm({ tensors: [t([100], "f32"), t([40_000], "f32")], out: t([1], "f32") }),
    "squared_norm_part",
    "squared_norm_total",
  ],
  clipFactor: [
    (k, t) => k.clipFactor({ squaredNorm: t([1], "f32"), maxNorm: 1, out: t([1], "f32") }),
    "clip_factor",
  ],
  adamW: [
    (k, t) => {
      const [weight, gradient, mean, variance] = [t([9], "f32"), t([9], "f32"), t([9], "f32"), t([9], "f32")];
      const state = { weight, gradient, mean, variance, copy: t([9]) };
      const step = { gradientFactor: t([1], "f32"), schedule: t([3], "f32") };
      k.adamW({ ...state, ...step, beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0.1 });
    },
    "adam_w_bf16",
  ],
  clusterMeans: [
    (k, t) => k.clusterMeans({ weights: t([16, 8]), means: t([4, 8], "f32") }),
    "cluster_means_bf16",
    "cluster_means_scale",
  ],
  routeEnergies: [
    (k, t) => k.routeEnergies({ y: t([6, 8]), clusters: 4, experts: t([6, 2], "i32"), share: t([6], "f32") }),
    "route_energies_bf16",
  ],
  routeTokens: [
    (k, t) => k.routeTokens({ x: t([6, 8]), means: t([4, 8], "f32"), experts: t([6, 2], "i32") }),
    "route_to_few_bf16",
  ],
  groupTokens: [
    (k, t) => {
      const outputs = { positions: t([6, 1], "i32"), segments: segmentsOf(t, 4), counts: t([4], "i32") };
      k.groupTokens({ experts: t([6, 1], "i32"), order: t([16], "i32"), ...outputs });
    },
    "group_tokens_count",
    "group_tokens_place",
  ],
  gatherRows: [
    (k, t) => k.gatherRows({ x: t([6, 8]), order: t([16], "i32"), out: t([16, 8]) }),
    "gather_rows_bf16_bf16",
  ],
  gatherClusters: [
    (k, t) => k.gatherClusters({ x: t([6, 16]), order: t([16], "i32"), segments: segmentsOf(t, 2), out: t([16, 8]) }),
    "gather_clusters_bf16_bf16",
  ],
  scatterRows: [
    (k, t) => k.scatterRows({ x: t([16, 8]), positions: t([6, 1], "i32"), out: t([6, 8]) }),
    "scatter_rows_bf16_bf16",
  ],
  softThreshold24: [
    (k, t, d) => k.softThreshold24({ weights: t([16, 8], "f32"), packed: d.packed24(16, 8, "cols") }),
    "soft_threshold24_f32",
  ],
  select24: [(k, t, d) => k.select24({ x: t([16, 8]), packed: d.packed24(16, 8, "rows") }), "select24_bf16"],
  squaredReluSelect24: [
    (k, t, d) => {
      const packed = { relu: d.packed24(16, 8, "cols"), neurons: d.packed24(16, 8, "cols") };
      k.squaredReluSelect24({
        y1: t([16, 8]),
        segments: segmentsOf(t, 2),
        ...packed,
        tokens: d.packed24(16, 8, "rows"),
      });
    },
    "squared_relu_select24_neurons",
    "squared_relu_select24_tokens",
  ],
  squaredReluBackwardSelect24: [
    (k, t, d) => {
      const relu = d.packed24(16, 8, "cols");
      const segments = segmentsOf(t, 2);
      k.squaredReluBackwardSelect24({
        dy2: t([16, 8]),
        relu,
        segments,
        neurons: t([16, 8]),
        tokens: d.packed24(16, 8, "rows"),
      });
    },
    "squared_relu_backward_select24_neurons",
    "squared_relu_backward_select24_tokens",
  ],
  countNonzero: [(k, t) => k.countNonzero({ x: t([16, 8]), out: t([1], "i32") }), "count_nonzero_bf16"],
  matmul: [
    (k, t, d) => k.matmul({ a: d.packed24(16, 8, "cols"), b: t([8, 4]), out: t([16, 4], "f32") }),
    "unpack24",
    "matmul_bf16_f32",
  ],
  groupedMatmulNeurons: [
    (k, t) =>
      k.groupedMatmulNeurons({ x: t([16, 8]), weights: t([12, 8]), segments: segmentsOf(t, 3), out: t([16, 4]) }),
    "grouped_matmul_neurons_bf16_bf16",
  ],
  groupedMatmulFeatures: [
    (k, t) =>
      k.groupedMatmulFeatures({ y: t([16, 4]), weights: t([12, 8]), segments: segmentsOf(t, 3), out: t([16, 8]) }),
    "grouped_matmul_features_bf16_bf16",
  ],
  groupedMatmulWeights: [
    (k, t) => {
      const segments = segmentsOf(t, 3);
      k.groupedMatmulWeights({ y: t([16, 4]), x: t([16, 8]), segments, out: t([12, 8], "f32") });
    },
    "grouped_matmul_weights_bf16",
  ],
};

function attentionTensors(make: (shape: readonly number[], dtype?: DType) => Tensor, shape = SHAPE) {
  const { sequences, sequenceLength, heads, keyValueHeads, headDim } = shape;
  const queries = () => make([sequences * sequenceLength, heads * headDim]);
  const keys = () => make([sequences * sequenceLength, keyValueHeads * headDim]);
  const logSumExp = make([sequences, heads, sequenceLength], "f32");
  return { q: queries(), k: keys(), v: keys(), out: queries(), shape, logSumExp };
}

function checkGeometry({ launches }: RecordingDriver): void {
  for (const { kernel, geometry } of launches) {
    const [x, y, z] = geometry.block;
    assert(x * y * z >= 1 && x * y * z <= 1024, `${kernel} has ${geometry.block} threads`);
    assert(geometry.grid.every((blocks, i) => blocks >= 1 && blocks <= (i === 0 ? 2 ** 31 - 1 : 65_535)), kernel);
    assert((geometry.sharedMemory ?? 0) <= 227 * 1024, kernel);
  }
}

for (const [operation, [call, ...expected]] of Object.entries(CALLS)) {
  Deno.test(`${operation} launches kernels that exist, with as many argument bytes as they take`, async () => {
    const { device, driver } = await recordingDevice();
    call(device.kernels, (shape, dtype = "bf16") => device.tensor(shape, dtype), device);
    assertEquals(driver.launches.map(({ kernel }) => kernel), expected);
    checkArguments(driver);
    checkGeometry(driver);
  });
}

for (const name of KERNEL_NAMES) {
  Deno.test(`what the contract of ${name} begins with launches kernels that exist, with their arguments`, async () => {
    const { device, driver } = await recordingDevice();
    await rehearseKernel(name, device);
    checkArguments(driver);
    checkGeometry(driver);
  });
}

function checkArguments({ launches }: RecordingDriver): void {
  const kernels = allKernels();
  for (const { kernel, parameters } of launches) {
    const { offsets, size } = parameterLayout(kernels.get(kernel) ?? []);
    assertEquals({ offsets: parameters.offsets, size: parameters.bytes.length }, { offsets, size }, kernel);
  }
}

Deno.test("energies of up to 32 clusters are read eight neurons at a time, where they lie so", async () => {
  const { device, driver } = await recordingDevice();
  const route = (clusters: number, neurons: number, offset = 0): void => {
    const y = { ...device.tensor([9, clusters * neurons], "bf16"), shape: [8, clusters * neurons], offset };
    const [experts, share] = [device.tensor([8, 2], "i32"), device.tensor([8], "f32")];
    device.kernels.routeEnergies({ y, clusters, experts, share });
  };
  for (const [clusters, neurons, offset] of [[16, 64], [16, 128], [32, 512], [16, 72], [16, 512, 4]] as const) {
    route(clusters, neurons, offset);
  }
  for (const [clusters, neurons] of [[33, 512], [16, 132], [16, 24]] as const) route(clusters, neurons);
  const [few, all, one] = ["route_energies_in_warps_bf16", "route_all_energies_bf16", "route_energies_bf16"];
  assertEquals(driver.launches.map(({ kernel }) => kernel), [few, all, all, all, one, one, one, one]);
  checkArguments(driver);
  checkGeometry(driver);
});

for (const headDim of [32, 64, 96, 128]) {
  Deno.test(`attention with heads of ${headDim} goes to the tensor cores, with as many blocks as tiles`, async () => {
    const { device, driver } = await recordingDevice();
    const make = (shape: readonly number[], dtype: DType = "bf16") => device.tensor(shape, dtype);
    const shape = { sequences: 2, sequenceLength: 130, heads: 6, keyValueHeads: 2, headDim };
    const forward = attentionTensors(make, shape);
    const { q: dOut, k: dK, v: dV, out: dQ } = attentionTensors(make, shape);
    device.kernels.attention(forward);
    device.kernels.attentionBackward({ forward, dOut, dQ, dK, dV });
    assertEquals(driver.launches.map(({ kernel, geometry }) => [kernel, ...geometry.grid]), [
      [`flash_attention_${headDim}`, 2 * 6, 2, 1],
      ["attention_backward_deltas_bf16", 2 * 6 * 130 / 4, 1, 1],
      [`flash_attention_backward_queries_${headDim}`, 2 * 6, 2, 1],
      [`flash_attention_backward_keys_${headDim}`, 2 * 2, 3, 1],
    ]);
    checkArguments(driver);
    checkGeometry(driver);
  });
}

Deno.test("attention of f32, of other heads or off 16 bytes goes to the plain kernel", async () => {
  const { device, driver } = await recordingDevice();
  const shape = { ...SHAPE, headDim: 32 };
  const shifted = (size: readonly number[], dtype: DType = "bf16"): Tensor => {
    const [rows = 0, cols = 0] = size;
    return size.length === 3
      ? device.tensor(size, dtype)
      : { ...device.tensor([rows + 1, cols], dtype), shape: size, offset: 4 };
  };
  device.kernels.attention(attentionTensors((size) => device.tensor(size, "f32"), shape));
  device.kernels.attention(
    attentionTensors((size, dtype = "bf16") => device.tensor(size, dtype), { ...SHAPE, headDim: 80 }),
  );
  device.kernels.attention(attentionTensors(shifted, shape));
  assertEquals(driver.launches.map(({ kernel }) => kernel), ["attention_f32", "attention_bf16", "attention_bf16"]);
});

/** Sorted tokens in whole tiles, as the Hopper kernels want them. */
function sortedTokens(kernels: Kernels, make: Make): Segments {
  const segments = { offsets: make([5], "i32"), align: 128 };
  const outputs = { positions: make([300, 1], "i32"), segments, counts: make([4], "i32") };
  kernels.groupTokens({ experts: make([300, 1], "i32"), order: make([768], "i32"), ...outputs });
  return segments;
}

/** The products and selections of a sparse step, and the same products on dense operands, whole tiles all of them. */
function launchTiles(device: Device): void {
  const make = (shape: readonly number[], dtype: DType = "bf16") => device.tensor(shape, dtype);
  const segments = sortedTokens(device.kernels, make);
  const [x, y1, out] = [make([768, 256]), make([768, 128]), make([768, 256])];
  const [wIn, wOut] = [device.packed24(512, 256, "cols"), make([512, 256])];
  const [relu, neurons] = [device.packed24(768, 128, "cols"), device.packed24(768, 128, "cols")];
  const tokens = device.packed24(768, 128, "rows");
  const gradient = make([512, 256], "f32");
  device.kernels.groupedMatmulNeurons({ x, weights: wIn, segments, out: y1 });
  device.kernels.squaredReluSelect24({ y1, segments, relu, neurons, tokens });
  device.kernels.groupedMatmulFeatures({ y: neurons, weights: wOut, segments, out });
  device.kernels.groupedMatmulWeights({ y: tokens, x, segments, out: gradient });
  device.kernels.squaredReluBackwardSelect24({ dy2: y1, relu, segments, neurons, tokens });
  device.kernels.groupedMatmulNeurons({ x, weights: wOut, segments, out: y1 });
  device.kernels.groupedMatmulFeatures({ y: y1, weights: wOut, segments, out });
  device.kernels.groupedMatmulWeights({ y: y1, x, segments, out: gradient, accumulate: true });
}

/** Products of tokens as they come, with packed operands and with dense ones. */
function launchGathered(device: Device): void {
  const make = (shape: readonly number[], dtype: DType = "bf16") => device.tensor(shape, dtype);
  const segments = sortedTokens(device.kernels, make);
  const gather = { order: make([768], "i32"), replicas: 2 };
  const [x, y1] = [make([300, 256]), make([768, 128])];
  const [packed, dense] = [device.packed24(512, 256, "cols"), make([512, 256])];
  const [tokens, gradient] = [device.packed24(768, 128, "rows"), make([512, 256], "f32")];
  for (const weights of [packed, dense]) device.kernels.groupedMatmulNeurons({ x, gather, weights, segments, out: y1 });
  for (const y of [tokens, y1]) device.kernels.groupedMatmulWeights({ y, x, gather, segments, out: gradient });
}

function checkLaunches(driver: RecordingDriver): void {
  const kernels = allKernels();
  for (const { kernel, parameters } of driver.launches) {
    const { offsets, size } = parameterLayout(kernels.get(kernel) ?? []);
    assertEquals({ offsets: parameters.offsets, size: parameters.bytes.length }, { offsets, size }, kernel);
  }
  checkGeometry(driver);
}

Deno.test("whole tiles of sorted tokens go to the Hopper kernels, with the argument bytes they take", async () => {
  const { device, driver } = await recordingDevice();
  launchTiles(device);
  assertEquals(driver.launches.slice(2).map(({ kernel }) => kernel), [
    "weight_product24",
    "pack_activation24",
    "activation_product24",
    "weight_gradient24_narrow",
    "pack_activation_gradient24",
    "weight_product",
    "activation_product",
    "weight_gradient",
  ]);
  checkLaunches(driver);
});

Deno.test("products gather tokens on a Hopper, and others of its products have them copied first", async () => {
  const { device, driver } = await recordingDevice();
  launchGathered(device);
  assertEquals(driver.launches.slice(2).map(({ kernel }) => kernel), [
    "gathered_weight_product24",
    "gather_rows_bf16_bf16",
    "weight_product",
    "gathered_weight_gradient24_narrow",
    "gather_rows_bf16_bf16",
    "weight_gradient",
  ]);
  checkLaunches(driver);
});

Deno.test("a selection gathers clusters on a Hopper, and others have them copied first", async () => {
  for (const computeCapability of [80, 90]) {
    const driver = new RecordingDriver({ computeCapability });
    const device = await createCudaDevice({ driver });
    const make = (shape: readonly number[], dtype: DType = "bf16") => device.tensor(shape, dtype);
    const segments = sortedTokens(device.kernels, make);
    const gather = { order: make([768], "i32"), replicas: 2 };
    const packed = (axis: "rows" | "cols") => device.packed24(768, 128, axis);
    const results = { segments, relu: packed("cols"), neurons: packed("cols"), tokens: packed("rows") };
    const unbiased = { key: 1, step: make([1], "i32") };
    const y1 = make([300, 512]);
    driver.launches.length = 0;
    device.kernels.squaredReluSelect24({ y1, gather, ...results });
    device.kernels.squaredReluSelect24({ y1, gather, ...results, unbiased });
    const copied = ["gather_clusters_bf16_bf16", "squared_relu_select24_neurons", "squared_relu_select24_tokens"];
    assertEquals(
      driver.launches.map(({ kernel }) => kernel),
      computeCapability === 90
        ? ["pack_activation24_gathered", "pack_activation24_gathered_unbiased"]
        : [...copied, ...copied],
    );
    checkLaunches(driver);
  }
});

Deno.test("a Hopper sums energies within the product of packed weights, and others behind it", async () => {
  for (const computeCapability of [80, 90]) {
    const driver = new RecordingDriver({ computeCapability });
    const device = await createCudaDevice({ driver });
    const make = (shape: readonly number[], dtype: DType = "bf16") => device.tensor(shape, dtype);
    const product = { tokens: make([256, 256]), weights: device.packed24(512, 256, "cols") };
    const results = { y: make([256, 512]), experts: make([256, 2], "i32"), share: make([256], "f32") };
    for (const clusters of [4, 16]) device.kernels.routeEnergies({ product, clusters, ...results });
    const [kernel, router] = computeCapability === 90
      ? ["weight_product24", "route_summed_energies_f32"]
      : ["weight_product24_sm80", "route_all_energies_bf16"];
    assertEquals(
      driver.launches.map(({ kernel }) => kernel),
      [kernel, router, kernel, "route_energies_in_warps_bf16"],
    );
    checkLaunches(driver);
  }
});

Deno.test("unbiased selections and weights by magnitude go to kernels of their own, with their arguments", async () => {
  for (const computeCapability of [80, 90]) {
    const driver = new RecordingDriver({ computeCapability });
    const device = await createCudaDevice({ driver });
    const make = (shape: readonly number[], dtype: DType = "bf16") => device.tensor(shape, dtype);
    const segments = sortedTokens(device.kernels, make);
    const packed = (axis: "rows" | "cols") => device.packed24(768, 128, axis);
    const results = { segments, relu: packed("cols"), neurons: packed("cols"), tokens: packed("rows") };
    const unbiased = { key: 0xffffffff, step: make([1], "i32") };
    const [y1, weight, flips] = [make([768, 128]), make([768, 128], "f32"), make([1], "i32")];
    const pack = { format: "2:4", packed: packed("cols"), flips } as const;
    driver.launches.length = 0;
    device.kernels.squaredReluSelect24({ y1, ...results, unbiased });
    device.kernels.squaredReluBackwardSelect24({ dy2: y1, ...results, unbiased });
    device.kernels.select24({ x: y1, packed: packed("rows"), segments, unbiased });
    device.kernels.select24({ x: weight, packed: packed("cols"), flips });
    device.kernels.select24({ x: y1, packed: packed("cols"), flips });
    device.kernels.softThreshold24({ weights: y1, packed: packed("cols"), flips });
    device.kernels.adamW({ ...adamWOf(weight, make), pack });
    assertEquals(
      driver.launches.map(({ kernel }) => kernel),
      computeCapability === 90
        ? [
          "pack_activation24_unbiased",
          "pack_activation_gradient24_unbiased",
          "select24_bf16",
          "pack_weight24_largest",
          "pack_weight24_largest_bf16",
          "pack_weight24_bf16",
          "adam_w24_largest",
        ]
        : [
          "squared_relu_select24_neurons",
          "squared_relu_select24_tokens",
          "squared_relu_backward_select24_neurons",
          "squared_relu_backward_select24_tokens",
          "select24_bf16",
          "soft_threshold24_f32",
          "soft_threshold24_bf16",
          "soft_threshold24_bf16",
          "adam_w_bf16",
          "soft_threshold24_f32",
        ],
    );
    checkLaunches(driver);
  }
});

/** Arguments of an update of weights. */
function adamWOf(weight: Tensor, make: (shape: readonly number[], dtype?: DType) => Tensor) {
  const f32 = () => make(weight.shape, "f32");
  return {
    ...{ weight, gradient: f32(), mean: f32(), variance: f32(), copy: make(weight.shape) },
    ...{ gradientFactor: make([1], "f32"), schedule: make([3], "f32") },
    ...{ beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0.1 },
  };
}

Deno.test("on other GPUs they go to the kernels of the A100", async () => {
  const driver = new RecordingDriver({ computeCapability: 80, multiprocessors: 108 });
  launchTiles(await createCudaDevice({ driver }));
  const products = driver.launches.filter(({ kernel }) => kernel.includes("sm80"));
  assertEquals(products.map(({ kernel }) => kernel), [
    "weight_product24_sm80",
    "activation_product24_sm80",
    "weight_gradient24_sm80",
    "weight_product_sm80",
    "activation_product_sm80",
    "weight_gradient_sm80",
  ]);
  for (const { geometry } of products) {
    // 99 KiB are what the smallest of these GPUs gives a block.
    assertEquals(geometry, { grid: [108, 1, 1], block: [256, 1, 1], sharedMemory: 98_304 });
  }
  checkLaunches(driver);
});

Deno.test("segments that are no whole tiles go to the plain products, whatever their memory was used for", async () => {
  for (const computeCapability of [80, 90]) {
    const driver = new RecordingDriver({ computeCapability });
    const device = await createCudaDevice({ driver });
    const make = (shape: readonly number[], dtype: DType = "bf16") => device.tensor(shape, dtype);
    const segments = sortedTokens(device.kernels, make);
    driver.launches.length = 0;
    device.kernels.groupedMatmulNeurons({
      x: make([768, 256]),
      weights: make([512, 256]),
      segments: { ...segments, align: 64 },
      out: make([768, 128]),
    });
    assertEquals(driver.launches.map(({ kernel }) => kernel), ["grouped_matmul_neurons_bf16_bf16"]);
  }
});

Deno.test("small products take the plain kernels on other GPUs, so that one expert is the plain product", async () => {
  const driver = new RecordingDriver({ computeCapability: 80 });
  const { kernels, tensor } = await createCudaDevice({ driver }).then((device) => ({
    kernels: device.kernels,
    tensor: (shape: readonly number[], dtype: DType = "bf16") => device.tensor(shape, dtype),
  }));
  const segments = { offsets: tensor([2], "i32"), align: 128 };
  const outputs = { order: tensor([128], "i32"), positions: tensor([128, 1], "i32"), counts: tensor([1], "i32") };
  kernels.groupTokens({ experts: tensor([128, 1], "i32"), segments, ...outputs });
  driver.launches.length = 0;
  const [x, weights, out] = [tensor([128, 128]), tensor([128, 128]), tensor([128, 128])];
  kernels.groupedMatmulNeurons({ x, weights, segments, out });
  kernels.matmul({ a: x, b: weights, transposeB: true, out });
  assertEquals(driver.launches.map(({ kernel }) => kernel), ["grouped_matmul_neurons_bf16_bf16", "matmul_bf16_bf16"]);
});

Deno.test("dense products of whole tiles take tensor cores where cuBLASLt is missing", async () => {
  const { device, driver } = await recordingDevice();
  const [a, b, c] = [
    device.tensor([256, 128], "bf16"),
    device.tensor([256, 128], "bf16"),
    device.tensor([128, 256], "bf16"),
  ];
  const [square, small] = [device.tensor([256, 256], "bf16"), device.tensor([128, 128], "f32")];
  device.kernels.matmul({ a, b, transposeB: true, out: square });
  device.kernels.matmul({ a, b: c, out: square });
  device.kernels.matmul({ a, b, transposeA: true, out: small, accumulate: true });
  device.kernels.matmul({ a: c, b: a, out: square, transposeA: true, transposeB: true });
  device.kernels.matmul({ a, b: c, out: square, accumulate: true });
  assertEquals(driver.launches.map(({ kernel }) => kernel), [
    "dense_product_nt_bf16",
    "dense_product_nn_bf16",
    "dense_product_tn_f32",
    "matmul_bf16_bf16",
    "matmul_bf16_bf16",
  ]);
  checkLaunches(driver);
});
