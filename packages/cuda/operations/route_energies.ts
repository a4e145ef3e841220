import type { ActivatedProduct, RouteEnergiesArguments, Tensor } from "@beyond24/device";
import type { LaunchContext } from "../launching/launch_context.ts";
import { addressOfTensor, CudaStorage } from "../memory/storage.ts";
import { i32 } from "../driver/pack_arguments.ts";
import { address, floatName, matrixSize, requireType } from "../launching/arguments.ts";
import { launchPackedMatmul } from "../products/packed_matmul.ts";
import { isLargeProduct, matmul } from "./matmul.ts";

/** Warps of a block, a token each. */
const WARPS = 4;
/** Blocks that a multiprocessor holds. */
const RESIDENT = 16;
/** Lanes of a warp share the clusters of a token, where there are at most as many clusters as lanes. */
const LANES = 32;
/** Neurons of a cluster for which a lane has eight of one cluster at a time, in the order of the plain kernel. */
const LANE_PROBES = [8, 16, 32, 64];
/** Neurons whose energies a product sums. */
const SUMMED_NEURONS = 64;

/** The kernel for so many neurons of a cluster: the fast ones load eight at once. */
function kernelName(clusters: number, neurons: number, isAligned: boolean): string {
  if (clusters > LANES || neurons % 8 !== 0 || !isAligned) return "route_energies";
  if (LANE_PROBES.includes(neurons)) return "route_energies_in_warps";
  return neurons > 64 ? "route_all_energies" : "route_energies";
}

/** experts[t] = the k experts of largest energy. */
export function routeEnergies(context: LaunchContext, args: RouteEnergiesArguments): void {
  const { product, y, clusters, experts, share } = args;
  requireType(experts, "i32");
  requireType(share, "f32");
  const energies = product && multiply(context, product, y, clusters);
  const values = energies ?? y;
  const [tokens, columns] = matrixSize(values);
  const [, slots] = matrixSize(experts);
  const probes = columns / clusters;
  const kernel = energies ? "route_summed_energies" : kernelName(clusters, probes, addressOfTensor(y) % 16n === 0n);
  const blocks = Math.min(RESIDENT * context.driver.properties.multiprocessors, Math.ceil(tokens / WARPS));
  const sharedMemory = kernel === "route_energies" ? 4 * WARPS * 2 * clusters : 0;
  const geometry = { grid: [blocks, 1, 1], block: [32 * WARPS, 1, 1], sharedMemory } as const;
  const name = `${kernel}_${floatName(values)}`;
  context.launch({ module: "plain/route_energies", name }, geometry, [
    address(values),
    address(experts),
    address(share),
    i32(tokens),
    i32(clusters),
    i32(probes),
    i32(slots),
  ]);
}

/** Makes y; returns the energies of every 64 neurons, in scratch memory, where the product sums them as it stores y. */
function multiply(
  context: LaunchContext,
  { tokens, weights }: ActivatedProduct,
  y: Tensor,
  clusters: number,
): Tensor | undefined {
  const product = { a: tokens, b: weights, transposeB: true, out: y };
  const [rows, columns] = matrixSize(y);
  if (clusters <= LANES && columns % (clusters * SUMMED_NEURONS) === 0 && isLargeProduct(product)) {
    const shape = [rows, columns / SUMMED_NEURONS];
    const bytes = 4 * rows * columns / SUMMED_NEURONS;
    const storage = new CudaStorage(context.scratch(bytes), bytes);
    const energies: Tensor = { shape, dtype: "f32", storage, offset: 0 };
    if (launchPackedMatmul(context, product, energies)) return energies;
  }
  matmul(context, product);
  return undefined;
}
