import type { ElementwiseKernels } from "../kernels/elementwise.ts";
import { elementCount } from "../tensor.ts";
import { CallCheck } from "./_call_check.ts";

/** Checks the calls of operations on elements and rows. */
export function checkedElementwiseKernels(kernels: ElementwiseKernels): ElementwiseKernels {
  return {
    add(args) {
      const check = new CallCheck("add");
      check.input("a", args.a, "float", args.a.shape);
      check.input("b", args.b, "float", args.a.shape);
      check.output("out", args.out, "float", args.a.shape, ["a", "b"]);
      check.aliasing();
      kernels.add(args);
    },
    copy(args) {
      const { x, out } = args;
      const check = new CallCheck("copy");
      const kind = x.dtype === "i32" ? "i32" : "float";
      check.input("x", x, kind, x.shape);
      check.output("out", out, kind, out.shape);
      const [from, to] = [elementCount(x.shape), elementCount(out.shape)];
      check.require(from === to, `out must have the ${from} elements of x`, to);
      check.aliasing();
      kernels.copy(args);
    },
    fill(args) {
      kernels.fill(args);
    },
    squaredRelu(args) {
      const check = new CallCheck("squaredRelu");
      check.input("x", args.x, "float", args.x.shape);
      check.output("out", args.out, "float", args.x.shape);
      check.aliasing();
      kernels.squaredRelu(args);
    },
    squaredReluBackward(args) {
      const check = new CallCheck("squaredReluBackward");
      check.input("x", args.x, "float", args.x.shape);
      check.input("dOut", args.dOut, "float", args.x.shape);
      check.output("dX", args.dX, "float", args.x.shape, ["dOut"]);
      check.aliasing();
      kernels.squaredReluBackward(args);
    },
    embedding(args) {
      const check = new CallCheck("embedding");
      check.input("tokens", args.tokens, "i32", ["T"]);
      check.input("table", args.table, "float", ["vocabulary", "D"]);
      check.output("out", args.out, "float", ["T", "D"]);
      check.aliasing();
      kernels.embedding(args);
    },
    embeddingBackward(args) {
      const check = new CallCheck("embeddingBackward");
      check.input("tokens", args.tokens, "i32", ["T"]);
      check.input("dOut", args.dOut, "float", ["T", "D"]);
      check.output("dTable", args.dTable, "f32", ["vocabulary", "D"]);
      check.aliasing();
      kernels.embeddingBackward(args);
    },
  };
}
