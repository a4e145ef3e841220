import type { AttentionArguments, AttentionKernels, AttentionShape } from "../kernels/attention.ts";
import { CallCheck } from "./_call_check.ts";

/** Checks the calls of attention. */
export function checkedAttentionKernels(kernels: AttentionKernels): AttentionKernels {
  return {
    rope(args) {
      const check = new CallCheck("rope");
      check.input("x", args.x, "float", ["B · S", "heads · headDim"]);
      check.input("cosines", args.cosines, "f32", ["S", "headDim / 2"]);
      check.input("sines", args.sines, "f32", ["S", "headDim / 2"]);
      if (args.positions !== undefined) check.input("positions", args.positions, "i32", ["B · S"]);
      check.output("out", args.out, "float", ["B · S", "heads · headDim"], ["x"]);
      const width = args.heads * 2 * check.size("headDim / 2");
      const rows = [check.size("B · S"), check.size("S")] as const;
      const isWhole = args.positions !== undefined || rows[0] % rows[1] === 0;
      check.require(isWhole, "rows of x must be a multiple of S", rows.join(" rows, S "));
      const actual = check.size("heads · headDim");
      check.require(actual === width, `columns of x must be heads · headDim = ${width}`, actual);
      check.aliasing();
      kernels.rope(args);
    },
    attention(args) {
      const check = new CallCheck("attention");
      const { query, statistics } = checkInputs(check, args);
      check.output("out", args.out, "float", query);
      check.output("logSumExp", args.logSumExp, "f32", statistics);
      check.aliasing();
      kernels.attention(args);
    },
    attentionBackward(args) {
      const check = new CallCheck("attentionBackward");
      const { query, key, statistics } = checkInputs(check, args.forward);
      check.input("out", args.forward.out, "float", query);
      check.input("logSumExp", args.forward.logSumExp, "f32", statistics);
      check.input("dOut", args.dOut, "float", query);
      check.output("dQ", args.dQ, "float", query);
      check.output("dK", args.dK, "float", key);
      check.output("dV", args.dV, "float", key);
      check.aliasing();
      kernels.attentionBackward(args);
    },
    cachedAttention(args) {
      const check = new CallCheck("cachedAttention");
      const { query: [, width = 0], key } = shapesOf(args.shape);
      checkHeads(check, args.shape);
      check.input("places", args.places, "i32", ["T"]);
      check.input("q", args.q, "float", ["T", width]);
      check.input("keys", args.keys, "float", key);
      check.input("values", args.values, "float", key);
      check.output("out", args.out, "float", ["T", width]);
      check.aliasing();
      kernels.cachedAttention(args);
    },
    writeRows(args) {
      const check = new CallCheck("writeRows");
      check.input("rows", args.rows, "i32", ["T"]);
      check.input("x", args.x, "float", ["T", "width"]);
      check.output("out", args.out, "float", ["R", "width"]);
      check.aliasing();
      kernels.writeRows(args);
    },
  };
}

/** Shapes of queries, of keys and values, of statistics. */
interface AttentionShapes {
  readonly query: readonly number[];
  readonly key: readonly number[];
  readonly statistics: readonly number[];
}

function checkHeads(check: CallCheck, { heads, keyValueHeads }: AttentionShape): void {
  const rule = "keyValueHeads must divide heads";
  check.require(heads % keyValueHeads === 0, rule, `heads ${heads}, keyValueHeads ${keyValueHeads}`);
}

function checkInputs(check: CallCheck, { q, k, v, shape }: AttentionArguments): AttentionShapes {
  checkHeads(check, shape);
  const shapes = shapesOf(shape);
  check.input("q", q, "float", shapes.query);
  check.input("k", k, "float", shapes.key);
  check.input("v", v, "float", shapes.key);
  return shapes;
}

function shapesOf({ sequences, sequenceLength, heads, keyValueHeads, headDim }: AttentionShape): AttentionShapes {
  const tokens = sequences * sequenceLength;
  return {
    query: [tokens, heads * headDim],
    key: [tokens, keyValueHeads * headDim],
    statistics: [sequences, heads, sequenceLength],
  };
}
