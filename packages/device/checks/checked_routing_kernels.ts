import { type RoutingKernels, sortedCapacity } from "../kernels/routing.ts";
import { CallCheck } from "./_call_check.ts";
import { checkAlign } from "./_check_segments.ts";

/** Checks the calls of the router. */
export function checkedRoutingKernels(kernels: RoutingKernels): RoutingKernels {
  return {
    clusterMeans(args) {
      const check = new CallCheck("clusterMeans");
      check.input("weights", args.weights, "float", ["F", "D"]);
      check.output("means", args.means, "f32", ["E", "D"]);
      const [neurons, experts] = [check.size("F"), check.size("E")];
      check.require(neurons % experts === 0, "F must be a multiple of E", `F ${neurons}, E ${experts}`);
      check.aliasing();
      kernels.clusterMeans(args);
    },
    routeTokens(args) {
      const check = new CallCheck("routeTokens");
      check.input("x", args.x, "float", ["T", "D"]);
      check.input("means", args.means, "f32", ["E", "D"]);
      check.output("experts", args.experts, "i32", ["T", "k"]);
      const [slots, experts] = [check.size("k"), check.size("E")];
      check.require(slots <= experts, "k must be at most E", `k ${slots}, E ${experts}`);
      check.aliasing();
      kernels.routeTokens(args);
    },
    routeEnergies(args) {
      const check = new CallCheck("routeEnergies");
      const { clusters } = args;
      check.input("y", args.y, "float", ["T", "probes"]);
      check.output("experts", args.experts, "i32", ["T", "k"]);
      check.output("share", args.share, "f32", ["T"]);
      const [slots, probes] = [check.size("k"), check.size("probes")];
      const isWhole = Number.isInteger(clusters) && clusters > 0 && probes % clusters === 0;
      check.require(
        isWhole,
        "y must have the same number of probes for each cluster",
        `${probes}, clusters ${clusters}`,
      );
      check.require(slots <= clusters, "k must be at most the clusters", `k ${slots}, clusters ${clusters}`);
      check.aliasing();
      kernels.routeEnergies(args);
    },
    groupTokens(args) {
      const check = new CallCheck("groupTokens");
      const { offsets, align } = args.segments;
      check.input("experts", args.experts, "i32", ["T", "k"]);
      check.output("order", args.order, "i32", ["R"]);
      check.output("positions", args.positions, "i32", ["T", "k"]);
      check.output("counts", args.counts, "i32", ["E"]);
      check.output("segments.offsets", offsets, "i32", [check.size("E") + 1]);
      checkAlign(check, align);
      const capacity = sortedCapacity(check.size("T") * check.size("k"), check.size("E"), align);
      check.require(check.size("R") >= capacity, `order must have sortedCapacity = ${capacity} rows`, check.size("R"));
      check.aliasing();
      kernels.groupTokens(args);
    },
    gatherRows(args) {
      const check = new CallCheck("gatherRows");
      check.input("x", args.x, "float", ["T", "width"]);
      check.input("order", args.order, "i32", ["R"]);
      check.output("out", args.out, "float", ["R", "width"]);
      check.aliasing();
      kernels.gatherRows(args);
    },
    scatterRows(args) {
      const check = new CallCheck("scatterRows");
      check.input("x", args.x, "float", ["R", "width"]);
      check.input("positions", args.positions, "i32", ["T", "k"]);
      check.output("out", args.out, "float", ["T", "width"]);
      check.aliasing();
      kernels.scatterRows(args);
    },
  };
}
