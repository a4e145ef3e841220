import type { AdamWOptions } from "@beyond24/optimizer";
import type { LearningRateSchedule, Recipe } from "@beyond24/recipe";
import type { TransformerConfig } from "@beyond24/transformer";

/** When and how neurons are clustered. */
export interface ClusteringConfig {
  /** Most rounds of k-means. Default: that of `clusterNeurons`. */
  readonly iterations?: number;
  /** Sparse steps after which the neurons are clustered again. Default 0: once. */
  readonly every?: number;
}

/** All that determines the numbers of a {@linkcode TrainingSession} besides its batches. */
export interface SessionConfig {
  /** The model; without sparsity it knows dense steps only. */
  readonly transformer: TransformerConfig;
  /** Dense and sparse steps. */
  readonly recipe: Recipe;
  /** Learning rate over the whole recipe. */
  readonly schedule: LearningRateSchedule;
  /** The optimizer. Default: that of `AdamW`. */
  readonly optimizer?: AdamWOptions;
  /**
   * What the output weights of the FFN are multiplied by where dense steps follow routed ones: 1 ("none"), or the
   * experts of a token by all experts ("experts"), as from there on every token meets all neurons. Default "none".
   */
  readonly switchScale?: "none" | "experts";
  /** The clustering. */
  readonly clustering?: ClusteringConfig;
  /** Seed of initial weights and clustering. */
  readonly seed: number;
  /** Sequences in a micro-batch. */
  readonly batchSize: number;
  /** Micro-batches of a step. Default 1. */
  readonly microBatches?: number;
  /** Most steps whose measurements wait on the device until they are read. Default 1. */
  readonly readEvery?: number;
}
