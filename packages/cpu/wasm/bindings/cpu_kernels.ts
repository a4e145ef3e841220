import type { Kernels } from "@beyond24/device";
import type { Machine } from "../machine.ts";
import { attentionKernels } from "./attention_kernels.ts";
import { elementwiseKernels } from "./elementwise_kernels.ts";
import { lossKernels } from "./loss_kernels.ts";
import { normalizationKernels } from "./normalization_kernels.ts";
import { optimizerKernels } from "./optimizer_kernels.ts";
import { productKernels } from "./product_kernels.ts";
import { routingKernels } from "./routing_kernels.ts";
import { sparsityKernels } from "./sparsity_kernels.ts";

/** All operations of the contract on the WebAssembly module. */
export function cpuKernels(machine: Machine): Kernels {
  return {
    ...productKernels(machine),
    ...sparsityKernels(machine),
    ...routingKernels(machine),
    ...normalizationKernels(machine),
    ...attentionKernels(machine),
    ...elementwiseKernels(machine),
    ...lossKernels(machine),
    ...optimizerKernels(machine),
  };
}
