import type { RoutingKernels } from "@beyond24/device";
import { elementCount } from "@beyond24/device";
import type { Machine } from "../machine.ts";
import { expertCount, extents } from "./_extents.ts";

/** The router of the contract on the WebAssembly module. */
export function routingKernels(machine: Machine): RoutingKernels {
  const at = (operand: Parameters<Machine["at"]>[0]) => machine.at(operand);
  return {
    clusterMeans({ weights, means }) {
      const { rows: neurons, cols: features } = extents(weights);
      const { rows: experts } = extents(means);
      machine.run("clusterMeans", at(weights), at(means), experts, features, neurons / experts);
    },
    routeTokens({ x, means, experts }) {
      const { rows: tokens, cols: features } = extents(x);
      const slots = elementCount(experts.shape) / tokens;
      machine.run("routeTokens", at(x), at(means), at(experts), tokens, extents(means).rows, features, slots);
    },
    routeEnergies({ y, clusters, experts, share }) {
      const { rows: tokens, cols } = extents(y);
      const slots = elementCount(experts.shape) / tokens;
      machine.run("routeEnergies", at(y), at(experts), at(share), tokens, clusters, cols / clusters, slots);
    },
    groupTokens({ experts, order, positions, segments: { offsets, align }, counts, spread = false }) {
      machine.run(
        "groupTokens",
        ...[at(experts), elementCount(experts.shape), elementCount(counts.shape), align, at(order)],
        ...[elementCount(order.shape), at(positions), at(offsets), at(counts), Number(spread)],
      );
    },
    gatherRows({ x, order, replicas = 1, out }) {
      const { rows, cols } = extents(out);
      machine.run("gatherRows", at(x), at(order), replicas, at(out), rows, 4 * cols, extents(x).rows);
    },
    gatherClusters({ x, order, replicas = 1, segments, out }) {
      const { rows, cols } = extents(out);
      machine.run(
        "gatherClusters",
        ...[at(x), at(order), replicas, at(out), rows, 4 * cols, extents(x).rows],
        ...[at(segments.offsets), expertCount(segments)],
      );
    },
    scatterRows({ x, positions, out }) {
      const { rows: tokens, cols } = extents(out);
      const slots = elementCount(positions.shape) / tokens;
      machine.run("scatterRows", at(x), at(positions), slots, at(out), tokens, 4 * cols, extents(x).rows);
    },
  };
}
