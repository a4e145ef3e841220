import { isPacked24, type MatmulArguments } from "@beyond24/device";
import { addressOfTensor } from "../memory/storage.ts";
import type { LaunchContext } from "../launching/launch_context.ts";
import { type ExpertProductLaunch, readableInTiles } from "./hopper_products.ts";
import { matrixSize } from "../launching/arguments.ts";
import { launchTiledProduct } from "./tiled_product.ts";

/** A plain product of a 2:4 matrix as a grouped one of one expert; false when no kernel takes it as it is packed. */
export function launchSparseMatmul(context: LaunchContext, args: MatmulArguments): boolean {
  const launch = weightProduct(args) ?? activationProduct(args) ?? weightGradient(args);
  if (launch === undefined) return false;
  if (!readableInTiles(launch.b) || addressOfTensor(launch.out) % 16n !== 0n) return false;
  const [rows] = matrixSize(launch.product === "activation_product24" ? launch.out : launch.b);
  return launchTiledProduct(context, rows, { ...launch, segments: context.wholeSegments(rows) });
}

type SparseLaunch = Omit<ExpertProductLaunch, "segments">;

/** out = x · weightsᵀ, weights packed along the features. */
function weightProduct({ a, b, transposeA, transposeB, accumulate, out }: MatmulArguments): SparseLaunch | undefined {
  if (isPacked24(a) || !isPacked24(b) || b.axis !== "cols" || transposeA || !transposeB || accumulate) return undefined;
  if (out.dtype !== "bf16") return undefined;
  return { product: "weight_product24", a: b, b: a, out, neurons: b.rows, features: b.cols };
}

/** out = y · weights, y packed along the neurons. */
function activationProduct(
  { a, b, transposeA, transposeB, accumulate, out }: MatmulArguments,
): SparseLaunch | undefined {
  if (!isPacked24(a) || isPacked24(b) || a.axis !== "cols" || transposeA || transposeB || accumulate) return undefined;
  if (out.dtype !== "bf16") return undefined;
  return { product: "activation_product24", a, b, out, neurons: a.cols, features: matrixSize(b)[1] };
}

/** out (+)= yᵀ · x, y packed along the tokens. */
function weightGradient({ a, b, transposeA, transposeB, accumulate, out }: MatmulArguments): SparseLaunch | undefined {
  if (!isPacked24(a) || isPacked24(b) || a.axis !== "rows" || !transposeA || transposeB) return undefined;
  if (out.dtype !== "f32") return undefined;
  const sum = accumulate === undefined ? {} : { accumulate };
  return { product: "weight_gradient24", a, b, out, neurons: a.cols, features: matrixSize(b)[1], ...sum };
}
