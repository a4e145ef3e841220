import { isPacked24, type MatmulArguments, type Tensor } from "@beyond24/device";
import { matrixSize } from "../launching/arguments.ts";
import type { LaunchContext } from "../launching/launch_context.ts";
import { chooseProduct } from "./choose.ts";
import { describeProduct, type ProductOperands } from "./describe.ts";
import { startProduct } from "./launch.ts";

/**
 * A plain product of a 2:4 matrix as a grouped one of one expert; false when no kernel takes it as it is packed, or
 * none that does also sums the energies that are asked for ({@linkcode ProductOperands.energies}).
 */
export function launchPackedMatmul(context: LaunchContext, args: MatmulArguments, energies?: Tensor): boolean {
  const form = groupedForm(args);
  if (form === undefined) return false;
  const [rows] = matrixSize(form.kind === "features" ? form.out : form.b);
  const description = describeProduct({ ...form, segments: { align: rows, offsets: { shape: [2] } } });
  const kernel = chooseProduct(description, context.driver.properties);
  if (kernel.family === "plain" || energies && kernel.family !== "hopper") return false;
  startProduct(context, kernel, description, {
    ...form,
    ...(energies && { energies }),
    segments: context.wholeSegments(rows),
  });
  return true;
}

type Form = Omit<ProductOperands, "segments" | "b"> & { readonly b: Exclude<ProductOperands["b"], { format: "2:4" }> };

/**
 * Which grouped product a plain one is: x · weightsᵀ, y · weights, or yᵀ · x, weights along features, y along what is
 * summed over.
 */
function groupedForm({ a, b, transposeA, transposeB, accumulate = false, out }: MatmulArguments): Form | undefined {
  if (isPacked24(b)) {
    const isForm = !isPacked24(a) && b.axis === "cols" && !transposeA && transposeB && !accumulate;
    return isForm ? { kind: "neurons", a: b, b: a, out } : undefined;
  }
  if (!isPacked24(a) || transposeB) return undefined;
  if (a.axis === "cols") return transposeA || accumulate ? undefined : { kind: "features", a, b, out };
  return transposeA ? { kind: "weights", a, b, out, accumulate } : undefined;
}
