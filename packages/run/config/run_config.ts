import type { ModelShape, Phase, PresetName, SparsityPlanName } from "@beyond24/recipe";

/** A kind of device, or `"auto"` for the fastest one that this machine has. */
export type DeviceName = "auto" | "reference" | "cpu" | "webgpu" | "cuda";

/** Where to compute. */
export interface DeviceConfig {
  /** Kind of device. */
  readonly name: DeviceName;
  /** CPU threads; 0 takes one for each core. */
  readonly threads: number;
  /** Library for the CPU's matrix products: `"auto"` takes what is installed, `"off"` none, else the path of one. */
  readonly blas: string;
  /** Storage type of activations on WebGPU; the other devices have one type each. */
  readonly dtype: "f32" | "f16";
  /** Whether WebGPU measures every kernel. */
  readonly profile: boolean;
}

/** Sizes and constants of the model. */
export interface ModelConfig extends ModelShape {
  /** Base of the rotary angles. */
  readonly ropeTheta: number;
  /** Added to the mean square in RMSNorm. */
  readonly normEpsilon: number;
}

/** What is read. */
export interface DataConfig {
  /** Files and folders; none for the sources and documents of this repository. */
  readonly paths: readonly string[];
  /** Part of every text that is held out, in (0, 1). */
  readonly validationFraction: number;
}

/** How long to train, and what to keep. */
export interface TrainConfig {
  /** Optimizer steps: the sum of the recipe's phases. */
  readonly steps: number;
  /** Sequences in a micro-batch. */
  readonly batchSize: number;
  /** Micro-batches of a step. */
  readonly microBatches: number;
  /** Seed of initial weights, batches and clustering. */
  readonly seed: number;
  /** Steps between checkpoints; one is also saved at the end. */
  readonly checkpointEvery: number;
  /** Checkpoints that stay on the disk. */
  readonly keepCheckpoints: number;
  /** Steps between validations; 0 validates at the end only. */
  readonly evaluateEvery: number;
  /** Most batches of a validation. */
  readonly evaluateBatches: number;
  /** Steps after which measurements are read from the device. */
  readonly readEvery: number;
  /** Whether the dense twin is trained too, on the same batches. */
  readonly baseline: boolean;
}

/** AdamW with a cosine learning rate. */
export interface OptimizerConfig {
  /** Highest learning rate. */
  readonly learningRate: number;
  /** Learning rate at the end as a fraction of the highest. */
  readonly finalRatio: number;
  /** Steps of linear warm-up. */
  readonly warmupSteps: number;
  /** Decay of the first moment. */
  readonly beta1: number;
  /** Decay of the second moment. */
  readonly beta2: number;
  /** Added to the root of the second moment. */
  readonly epsilon: number;
  /** Decoupled weight decay of matrices. */
  readonly weightDecay: number;
  /** Gradients of a larger global norm are scaled down to it. */
  readonly maxGradientNorm: number;
}

/** How sparse steps compute the FFN. */
export interface SparsityConfig {
  /** Name of a plan: which operand of each product is sparse. */
  readonly plan: SparsityPlanName;
  /** Rows of a V:N:M block. */
  readonly v: number;
  /** Columns of a V:N:M block; `m / 4` experts. */
  readonly m: number;
  /** Experts that a token visits. */
  readonly expertsPerToken: number;
  /** Factor on soft-thresholded weights: none (the paper) or S-STE's frozen beta. */
  readonly softThresholdScale: "none" | "frozen";
  /** Factor on the output weights where dense steps follow routed ones: none, or the experts of a token by all experts. */
  readonly switchScale: "none" | "experts";
  /** Rounds of k-means. */
  readonly clusterIterations: number;
  /** Sparse steps after which the neurons are clustered again; 0 clusters once. */
  readonly reclusterEvery: number;
}

/** Everything that determines a run: plain JSON, written to `config.json`. */
export interface RunConfig {
  /** The preset that the other values come from unless they were set. */
  readonly preset: PresetName;
  /** Where to compute. */
  readonly device: DeviceConfig;
  /** The model. */
  readonly model: ModelConfig;
  /** Dense and sparse steps. */
  readonly recipe: readonly Phase[];
  /** The data. */
  readonly data: DataConfig;
  /** Length, batches, seed, checkpoints. */
  readonly train: TrainConfig;
  /** The optimizer. */
  readonly optimizer: OptimizerConfig;
  /** Sparse steps. */
  readonly sparsity: SparsityConfig;
}
