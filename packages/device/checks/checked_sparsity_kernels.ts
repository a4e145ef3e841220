import type { SelectedProduct, SparsityKernels, UnbiasedDraw } from "../kernels/sparsity.ts";
import { isPacked24, type Operand } from "../packed24.ts";
import { CallCheck } from "./_call_check.ts";
import { checkClusters, checkSegments } from "./_check_segments.ts";

/** Demands a product in front of a selection that fits, if there is one; the last check of a call. */
function checkOrigin(check: CallCheck, product: SelectedProduct | undefined): void {
  if (product === undefined) return check.aliasing();
  check.input("x", product.x, "float", ["R", "D"]);
  check.inputOperand("weights", product.weights, ["F", "D"], "cols");
  checkClusters(check);
}

/** Rows to a multiple of which segments are aligned that an operand is packed for. */
function rowsOfGroups(operand: Operand): number {
  return isPacked24(operand) && operand.axis === "rows" ? 4 : 1;
}

/** Demands the counters of an unbiased selection into a result that is packed along rows. */
function checkDraw(check: CallCheck, name: string, result: Operand, unbiased: UnbiasedDraw | undefined): void {
  if (unbiased === undefined) return;
  const { key, step } = unbiased;
  const isAlongRows = isPacked24(result) && result.axis === "rows";
  check.require(isAlongRows, `${name} must be packed along "rows" by an unbiased selection`, formOf(result));
  check.require(key >>> 0 === key, "unbiased.key must be a whole number from 0 to 2^32 - 1", key);
  check.input("unbiased.step", step, "i32", [1]);
}

function formOf(result: Operand): string {
  return isPacked24(result) ? `packed along "${result.axis}"` : "dense";
}

/** Checks the calls of selection and packing. */
export function checkedSparsityKernels(kernels: SparsityKernels): SparsityKernels {
  return {
    softThreshold24(args) {
      const check = new CallCheck("softThreshold24");
      check.input("weights", args.weights, "float", ["rows", "cols"]);
      check.outputOperand("packed", args.packed, ["rows", "cols"], args.packed.axis);
      if (args.flips) check.output("flips", args.flips, "i32", [1]);
      check.aliasing();
      kernels.softThreshold24(args);
    },
    select24(args) {
      const check = new CallCheck("select24");
      check.input("x", args.x, "float", ["rows", "cols"]);
      check.outputOperand("packed", args.packed, ["rows", "cols"], args.packed.axis);
      if (args.segments) checkSegments(check, args.segments, rowsOfGroups(args.packed));
      checkDraw(check, "packed", args.packed, args.unbiased);
      if (args.flips) {
        check.output("flips", args.flips, "i32", [1]);
        check.require(
          !args.segments && !args.unbiased,
          "flips are those of weights",
          "flips of sorted tokens or of a draw",
        );
      }
      check.aliasing();
      kernels.select24(args);
    },
    squaredReluSelect24(args) {
      const check = new CallCheck("squaredReluSelect24");
      check.input("y1", args.y1, "float", ["R", "C"]);
      check.outputOperand("relu", args.relu, ["R", "C"], "cols");
      check.outputOperand("neurons", args.neurons, ["R", "C"], "cols");
      check.outputOperand("tokens", args.tokens, ["R", "C"], "rows");
      checkDraw(check, "tokens", args.tokens, args.unbiased);
      checkSegments(check, args.segments, rowsOfGroups(args.tokens));
      checkOrigin(check, args.product);
      kernels.squaredReluSelect24(args);
    },
    squaredReluBackwardSelect24(args) {
      const check = new CallCheck("squaredReluBackwardSelect24");
      check.input("dy2", args.dy2, "float", ["R", "C"]);
      check.inputOperand("relu", args.relu, ["R", "C"], "cols");
      check.outputOperand("neurons", args.neurons, ["R", "C"], "cols");
      check.outputOperand("tokens", args.tokens, ["R", "C"], "rows");
      checkDraw(check, "tokens", args.tokens, args.unbiased);
      checkSegments(check, args.segments, rowsOfGroups(args.tokens));
      checkOrigin(check, args.product);
      kernels.squaredReluBackwardSelect24(args);
    },
    countNonzero(args) {
      const check = new CallCheck("countNonzero");
      check.inputOperand("x", args.x, ["rows", "cols"], "axis" in args.x ? args.x.axis : "cols");
      if (args.segments) checkSegments(check, args.segments, rowsOfGroups(args.x));
      check.output("out", args.out, "i32", [1]);
      check.aliasing();
      kernels.countNonzero(args);
    },
  };
}
