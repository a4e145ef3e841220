import type { AdamWArguments, OptimizerKernels } from "@beyond24/device";
import { elementCount } from "@beyond24/device";
import { addressOf } from "../cpu_storage.ts";
import { writeFloats } from "../half_floats.ts";
import type { Machine } from "../machine.ts";
import { sparsityKernels } from "./sparsity_kernels.ts";

/** Elements of a chunk whose squares are summed by one thread; `CHUNK` in `kernels/sums.as`. */
const CHUNK = 16384;

/** The optimizer's operations on the WebAssembly module. */
export function optimizerKernels(machine: Machine): OptimizerKernels {
  const { select24, softThreshold24 } = sparsityKernels(machine);
  const at = (operand: Parameters<Machine["at"]>[0]) => machine.at(operand);
  return {
    squaredNorm({ tensors, out }) {
      const chunks = tensors.map(({ shape }) => Math.ceil(elementCount(shape) / CHUNK));
      const total = chunks.reduce((sum, count) => sum + count, 0);
      const results = machine.resultsAddress(8 * total);
      let next = results;
      tensors.forEach((tensor, i) => {
        machine.run("squaresOfChunks", at(tensor), elementCount(tensor.shape), next);
        next += 8 * (chunks[i] ?? 0);
      });
      machine.run("sumOfChunks", results, total, at(out));
    },
    clipFactor({ squaredNorm, maxNorm, out }) {
      const norm = Math.sqrt(machine.floats(at(squaredNorm), 1)[0] ?? NaN);
      machine.floats(at(out), 1)[0] = Math.min(1, maxNorm / (norm + 1e-6));
    },
    adamW(args) {
      adamW(machine, args);
      if (args.pack?.format === "2:4") select24({ x: args.weight, ...args.pack });
      if (args.pack?.format === "2:4 soft") softThreshold24({ weights: args.weight, ...args.pack });
    },
  };
}

function adamW(machine: Machine, args: AdamWArguments): void {
  const { weight, gradient, mean, variance, copy, gradientFactor, schedule } = args;
  const { beta1, beta2, epsilon, weightDecay } = args;
  const count = elementCount(weight.shape);
  const addresses = [weight, gradient, mean, variance].map((tensor) => machine.at(tensor));
  machine.run(
    "adamW",
    ...addresses,
    ...[copy?.dtype === "f32" ? machine.at(copy) : 0, machine.at(gradientFactor), machine.at(schedule), count],
    ...[beta1, beta2, epsilon, weightDecay, 1 - beta1, 1 - beta2].map((value) => machine.float(value)),
  );
  if (!copy || copy.dtype === "f32") return;
  writeFloats(machine.memory, addressOf(machine.memory, copy), machine.floats(machine.at(weight), count), copy.dtype);
}
