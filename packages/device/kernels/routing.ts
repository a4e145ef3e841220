import type { Segments } from "../segments.ts";
import type { Tensor } from "../tensor.ts";
import type { CallChecks } from "./_call_check.ts";
import type { ActivatedProduct } from "./elementwise.ts";
import { checkAlign, checkClusters, checkSegments } from "./_check_segments.ts";

/** Arguments of {@linkcode RoutingKernels.clusterMeans}. */
export interface ClusterMeansArguments {
  /** Neuron-major weights, clusters contiguous: [F, D]. */
  weights: Tensor;
  /** Result: f32 [E, D]. */
  means: Tensor;
}

/** Arguments of {@linkcode RoutingKernels.routeTokens}. */
export interface RouteTokensArguments {
  /** Tokens: [T, D]. */
  x: Tensor;
  /** Unit-length means of the experts: f32 [E, D]. */
  means: Tensor;
  /** Result: i32 [T, k], the k best experts of a token, best first. */
  experts: Tensor;
}

/** Arguments of {@linkcode RoutingKernels.routeEnergies}. */
export interface RouteEnergiesArguments {
  /**
   * Products of the tokens with neurons of every cluster, all of them or some (probes), cluster by cluster: [T, E · P].
   */
  y: Tensor;
  /**
   * Makes `y` first: to the last bit what `matmul` makes of it. Energies may be summed in another order then. Default:
   * `y` is there.
   */
  product?: ActivatedProduct;
  /** E: clusters of P of these neurons each. */
  clusters: number;
  /** Result: i32 [T, k], the k best experts of a token, best first. */
  experts: Tensor;
  /**
   * Result: f32 [T], the part of a token's energy that its experts hold, 0 to 1; 1 where a token has none, or a NaN.
   */
  share: Tensor;
}

/** Arguments of {@linkcode RoutingKernels.groupTokens}. */
export interface GroupTokensArguments {
  /** Experts of the tokens: i32 [T, k]; a replica of an expert that there is not gets no row. */
  experts: Tensor;
  /**
   * Result: i32 [R], for every sorted row the replica `token * k + slot` it holds; -1 for padding and behind the last
   * segment.
   */
  order: Tensor;
  /** Result: i32 [T, k], the sorted row of every replica: the inverse of `order`; -1 for a replica without a row. */
  positions: Tensor;
  /** Result: the segments, each padded to a multiple of `segments.align` rows. */
  segments: Segments;
  /** Result: i32 [E], tokens of each expert without padding. */
  counts: Tensor;
  /**
   * Whether four neighbours come from the four quarters of their segment: of the P rows that it is padded to, a
   * multiple of 4, row 4i + j holds what sorting puts into row jP/4 + i. Neighbouring tokens of a text activate the
   * same neurons, and a selection of two of every four tokens loses less where they do not. Default: false.
   */
  spread?: boolean;
}

/** Arguments of {@linkcode RoutingKernels.gatherRows}. */
export interface GatherRowsArguments {
  /** Rows: [T, width]. */
  x: Tensor;
  /** i32 [R]; row `floor(order / replicas)` of `x`, zeros where it is negative, NaN where `x` has no such row. */
  order: Tensor;
  /** Replicas of a row (k). Default 1. */
  replicas?: number;
  /** Result: [R, width]. Every row is written. */
  out: Tensor;
}

/** Arguments of {@linkcode RoutingKernels.gatherClusters}. */
export interface GatherClustersArguments {
  /** Activations of the tokens, cluster by cluster: [T, F]. */
  x: Tensor;
  /** i32 [R], as in {@linkcode GatherRowsArguments}. */
  order: Tensor;
  /** Replicas of a row (k). Default 1. */
  replicas?: number;
  /** Where the sorted tokens of each of the E experts lie. */
  segments: Segments;
  /** Result: [R, C], with F = E · C. Every row is written, with zeros behind the last segment. */
  out: Tensor;
}

/** Arguments of {@linkcode RoutingKernels.scatterRows}. */
export interface ScatterRowsArguments {
  /** Sorted rows: [R, width]. */
  x: Tensor;
  /** i32 [T, k], the sorted row of every replica; NaN comes of one that `x` does not have. */
  positions: Tensor;
  /** Result: [T, width], for every token the sum of its k rows in slot order. */
  out: Tensor;
}

/** The neuron-level router (paper section 3.1, algorithm 3) without any word to the host. */
export interface RoutingKernels {
  /** means[e] = the mean of the rows of cluster e, scaled to unit length; a zero mean stays zero. */
  clusterMeans(args: ClusterMeansArguments): void;
  /**
   * experts[t] = the k experts of largest dot(x[t], means[e]): the largest cosine. Ties go to the lowest index; a NaN
   * counts as the lowest score, so that indices are valid and differ within a token whatever it holds. Scores are
   * summed in f32 or better: where two differ by less than their rounding, devices may disagree.
   */
  routeTokens(args: RouteTokensArguments): void;
  /**
   * experts[t] = the k experts of largest energy, that is the sum over the neurons of a cluster of relu(y)². Ties go to
   * the lowest index; an energy that is NaN counts as the lowest. Energies are summed in f32 or better: where two
   * differ by less than their rounding, devices may disagree.
   */
  routeEnergies(args: RouteEnergiesArguments): void;
  /**
   * A stable counting sort of the replicas by expert, spread if asked for. R is at least {@linkcode sortedCapacity}.
   */
  groupTokens(args: GroupTokensArguments): void;
  /** out[i] = x[floor(order[i] / replicas)]. */
  gatherRows(args: GatherRowsArguments): void;
  /**
   * out[i] = the part of x[floor(order[i] / replicas)] that is of the cluster e in whose segment i lies: columns e · C
   * to (e + 1) · C. Where the products of all tokens and neurons are there, it takes the place of
   * `groupedMatmulNeurons`.
   */
  gatherClusters(args: GatherClustersArguments): void;
  /** out[t] = sum over slots of x[positions[t, slot]]. */
  scatterRows(args: ScatterRowsArguments): void;
}

/**
 * The least row capacity R that holds `replicas` tokens however they are routed, every segment padded to `align`.
 *
 * @param replicas Tokens times experts a token.
 * @param experts Number of experts.
 * @param align Rows that a segment is a multiple of.
 * @returns Rows, a multiple of `align`.
 *
 * @example Five tokens and two experts: 4 + 1 needs 4 + 4 rows
 * ```ts
 * import { sortedCapacity } from "@beyond24/device";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(sortedCapacity(5, 2, 4), 8);
 * ```
 */
export function sortedCapacity(replicas: number, experts: number, align: number): number {
  const used = Math.min(experts, replicas);
  return Math.floor((replicas + used * (align - 1)) / align) * align;
}

/**
 * What calls of them must fulfil; not public, though it is beside what is.
 *
 * @ignore
 */
export const routingChecks: CallChecks<RoutingKernels> = {
  clusterMeans(check, args) {
    check.input("weights", args.weights, "float", ["F", "D"]);
    check.output("means", args.means, "f32", ["E", "D"]);
    const [neurons, experts] = [check.size("F"), check.size("E")];
    check.require(neurons % experts === 0, "F must be a multiple of E", `F ${neurons}, E ${experts}`);
  },
  routeTokens(check, args) {
    check.input("x", args.x, "float", ["T", "D"]);
    check.input("means", args.means, "f32", ["E", "D"]);
    check.output("experts", args.experts, "i32", ["T", "k"]);
    const [slots, experts] = [check.size("k"), check.size("E")];
    check.require(slots <= experts, "k must be at most E", `k ${slots}, E ${experts}`);
  },
  routeEnergies(check, args) {
    const { clusters, product } = args;
    if (product) {
      check.input("tokens", product.tokens, "float", ["T", "D"]);
      check.inputOperand("weights", product.weights, ["E · P", "D"], "cols");
      check.output("y", args.y, "float", ["T", "E · P"]);
    } else check.input("y", args.y, "float", ["T", "E · P"]);
    check.output("experts", args.experts, "i32", ["T", "k"]);
    check.output("share", args.share, "f32", ["T"]);
    const [slots, columns] = [check.size("k"), check.size("E · P")];
    const isWhole = Number.isInteger(clusters) && clusters > 0 && columns % clusters === 0;
    check.require(
      isWhole,
      "y must have the same number of neurons for each cluster",
      `${columns}, clusters ${clusters}`,
    );
    check.require(slots <= clusters, "k must be at most the clusters", `k ${slots}, clusters ${clusters}`);
  },
  groupTokens(check, args) {
    const { offsets, align } = args.segments;
    check.input("experts", args.experts, "i32", ["T", "k"]);
    check.output("order", args.order, "i32", ["R"]);
    check.output("positions", args.positions, "i32", ["T", "k"]);
    check.output("counts", args.counts, "i32", ["E"]);
    check.output("segments.offsets", offsets, "i32", [check.size("E") + 1]);
    checkAlign(check, align);
    check.require(!args.spread || align % 4 === 0, "segments.align must be a multiple of 4 to spread", align);
    const capacity = sortedCapacity(check.size("T") * check.size("k"), check.size("E"), align);
    check.require(check.size("R") >= capacity, `order must have sortedCapacity = ${capacity} rows`, check.size("R"));
  },
  gatherRows(check, args) {
    check.input("x", args.x, "float", ["T", "width"]);
    check.input("order", args.order, "i32", ["R"]);
    check.output("out", args.out, "float", ["R", "width"]);
  },
  gatherClusters(check, args) {
    const { replicas = 1 } = args;
    check.input("x", args.x, "float", ["T", "F"]);
    check.input("order", args.order, "i32", ["R"]);
    check.require(Number.isInteger(replicas) && replicas > 0, "replicas must be a positive integer", replicas);
    check.output("out", args.out, "float", ["R", "C"]);
    checkSegments(check, args.segments);
    checkClusters(check);
  },
  scatterRows(check, args) {
    check.input("x", args.x, "float", ["R", "width"]);
    check.input("positions", args.positions, "i32", ["T", "k"]);
    check.output("out", args.out, "float", ["T", "width"]);
  },
};
