import type { AttentionKernels } from "./kernels/attention.ts";
import type { ElementwiseKernels } from "./kernels/elementwise.ts";
import type { LossKernels } from "./kernels/loss.ts";
import type { NormalizationKernels } from "./kernels/normalization.ts";
import type { OptimizerKernels } from "./kernels/optimizer.ts";
import type { ProductKernels } from "./kernels/product.ts";
import type { RoutingKernels } from "./kernels/routing.ts";
import type { SparsityKernels } from "./kernels/sparsity.ts";

/**
 * Every operation of a training step. One method is one operation and one file of the same name in each back end.
 *
 * Rules that hold for all of them:
 * - outputs belong to the caller; a kernel never allocates, and scratch beyond its outputs is the back end's own;
 * - an output may be the same tensor as an input only where the operation says "in place";
 * - arguments that do not fit throw a TypeError (see {@linkcode checkedKernels}) before anything runs;
 * - tensors may be views: an offset is any multiple of their row width, not of an alignment;
 * - every element of an output is written, but not the rows behind the last sorted token, and of a cache only the rows
 *   that are named;
 * - no kernel waits for the host: counts and scalars that change from step to step are tensors;
 * - the same inputs give the same bits, run to run;
 * - equal rows (in attention: equal sequences) give rows of equal bits, wherever they lie and however many there are,
 *   so that ties
 *   of tokens are exact and go to the lowest index; ties are those of bits, not of the numbers that they stand for.
 *   Products of a BLAS library are the exception;
 * - a kernel stays inside of its tensors whatever token, target, expert, order or position it is given: what comes of a
 *   number that
 *   does not fit is NaN, or nothing where something is added, so that it shows; segments and row maps are those of
 *   `groupTokens`, which always fit;
 * - T is the number of tokens, D the model width, F the neurons, E the experts, C = F / E the neurons of a cluster, and
 *   R the row capacity of the sorted tokens. Rows behind the last segment are neither read nor written.
 */
export interface Kernels
  extends
    ProductKernels,
    SparsityKernels,
    RoutingKernels,
    NormalizationKernels,
    AttentionKernels,
    ElementwiseKernels,
    LossKernels,
    OptimizerKernels {}

/** The name of a kernel. */
export type KernelName = keyof Kernels;
