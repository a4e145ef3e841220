import type { ProductKernels } from "../kernels/product.ts";
import { CallCheck } from "./_call_check.ts";
import { checkClusters, checkSegments } from "./_check_segments.ts";
import { isPacked24 } from "../packed24.ts";

/** Checks the calls of the products. */
export function checkedProductKernels(kernels: ProductKernels): ProductKernels {
  return {
    matmul(args) {
      const { a, b, out, transposeA, transposeB } = args;
      const check = new CallCheck("matmul");
      check.require(!(isPacked24(a) && isPacked24(b)), "at most one operand may be packed", "two packed operands");
      // Groups of four run along the axis that is summed over.
      check.inputOperand("a", a, transposeA ? ["K", "M"] : ["M", "K"], transposeA ? "rows" : "cols");
      check.inputOperand("b", b, transposeB ? ["N", "K"] : ["K", "N"], transposeB ? "cols" : "rows");
      check.output("out", out, "float", ["M", "N"]);
      check.aliasing();
      kernels.matmul(args);
    },
    groupedMatmulNeurons(args) {
      const check = new CallCheck("groupedMatmulNeurons");
      check.input("x", args.x, "float", ["R", "D"]);
      check.inputOperand("weights", args.weights, ["F", "D"], "cols");
      check.output("out", args.out, "float", ["R", "C"]);
      checkSegments(check, args.segments);
      checkClusters(check);
      kernels.groupedMatmulNeurons(args);
    },
    groupedMatmulFeatures(args) {
      const { y, weights, rowMap } = args;
      const check = new CallCheck("groupedMatmulFeatures");
      const isTwice = isPacked24(y) && isPacked24(weights);
      check.require(!isTwice, "at most one operand may be packed", "two packed operands");
      check.inputOperand("y", y, ["R", "C"], "cols");
      check.inputOperand("weights", weights, ["F", "D"], "rows");
      if (rowMap) check.input("rowMap", rowMap, "i32", ["R"]);
      check.output("out", args.out, "float", [rowMap ? "T" : "R", "D"]);
      checkSegments(check, args.segments);
      checkClusters(check);
      kernels.groupedMatmulFeatures(args);
    },
    groupedMatmulWeights(args) {
      const check = new CallCheck("groupedMatmulWeights");
      check.inputOperand("y", args.y, ["R", "C"], "rows");
      check.input("x", args.x, "float", ["R", "D"]);
      check.output("out", args.out, "f32", ["F", "D"]);
      checkSegments(check, args.segments, isPacked24(args.y) ? 4 : 1);
      checkClusters(check);
      kernels.groupedMatmulWeights(args);
    },
  };
}
