import type { CallChecks } from "./kernels/_call_check.ts";
import { attentionChecks } from "./kernels/attention.ts";
import { elementwiseChecks } from "./kernels/elementwise.ts";
import { lossChecks } from "./kernels/loss.ts";
import { normalizationChecks } from "./kernels/normalization.ts";
import { optimizerChecks } from "./kernels/optimizer.ts";
import { productChecks } from "./kernels/product.ts";
import { routingChecks } from "./kernels/routing.ts";
import { sparsityChecks } from "./kernels/sparsity.ts";
import type { Kernels } from "./kernels.ts";

/** What calls of all kernels must fulfil: one that is missing is a type error. */
export const CALL_CHECKS: CallChecks<Kernels> = {
  ...productChecks,
  ...sparsityChecks,
  ...routingChecks,
  ...normalizationChecks,
  ...attentionChecks,
  ...elementwiseChecks,
  ...lossChecks,
  ...optimizerChecks,
};
