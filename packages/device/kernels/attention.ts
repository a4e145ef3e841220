import type { Tensor } from "../tensor.ts";
import type { CallCheck, CallChecks } from "./_call_check.ts";

/** Shape of a causal attention: B sequences of S tokens; tokens are rows `sequence * S + position`. */
export interface AttentionShape {
  /** B. */
  sequences: number;
  /** S. */
  sequenceLength: number;
  /** Query heads. */
  heads: number;
  /** Key and value heads; divides `heads`, and query head h reads key head floor(h · keyValueHeads / heads). */
  keyValueHeads: number;
  /** Width of a head. */
  headDim: number;
}

/** Arguments of {@linkcode AttentionKernels.rope}. */
export interface RopeArguments {
  /** Tokens: [B · S, heads · headDim]. */
  x: Tensor;
  /** Result of the same shape; `x` in place is allowed. */
  out: Tensor;
  /** Heads in a row of `x`. */
  heads: number;
  /** cos(position · θ^(−2i / headDim)): f32 [S, headDim / 2]. */
  cosines: Tensor;
  /** The sines of the same angles: f32 [S, headDim / 2]. */
  sines: Tensor;
  /**
   * i32 [B · S], or any number of tokens: where each of them stands, modulo S; NaN comes of a negative one. Default: 0,
   * 1, 2 and so on.
   */
  positions?: Tensor;
  /** Rotates backwards (the gradient). Default false. */
  inverse?: boolean;
}

/** Arguments of {@linkcode AttentionKernels.attention}. */
export interface AttentionArguments {
  /** Queries: [B · S, heads · headDim]. */
  q: Tensor;
  /** Keys: [B · S, keyValueHeads · headDim]. */
  k: Tensor;
  /** Values: [B · S, keyValueHeads · headDim]. */
  v: Tensor;
  /** Shape of the attention. */
  shape: AttentionShape;
  /** Result: [B · S, heads · headDim]. */
  out: Tensor;
  /** Result for the backward pass: f32 [B, heads, S], ln Σ exp(score). */
  logSumExp: Tensor;
}

/** Arguments of {@linkcode AttentionKernels.attentionBackward}. */
export interface AttentionBackwardArguments {
  /** The forward inputs and results. */
  forward: AttentionArguments;
  /** Gradient of `out`. */
  dOut: Tensor;
  /** Result: gradient of `q`. */
  dQ: Tensor;
  /** Result: gradient of `k`. */
  dK: Tensor;
  /** Result: gradient of `v`. */
  dV: Tensor;
}

/** What tokens bring to a cache of keys and values. */
export interface FreshTokens {
  /** Their keys, not yet turned: [T, keyValueHeads · headDim]; they are turned in place. */
  k: Tensor;
  /** Their values: [T, keyValueHeads · headDim]. */
  v: Tensor;
  /** As in {@linkcode RopeArguments}: f32 [S, headDim / 2]. */
  cosines: Tensor;
  /** f32 [S, headDim / 2]. */
  sines: Tensor;
}

/** Arguments of {@linkcode AttentionKernels.cachedAttention}. */
export interface CachedAttentionArguments {
  /** Queries of any T tokens: [T, heads · headDim]. */
  q: Tensor;
  /**
   * What the tokens bring, which the cache remembers before any of them attends to it; `q` is turned in place as well.
   * To the last bit `rope` of q and of k by the places, and `writeRows` of k and of v. Default: it is in the cache.
   */
  fresh?: FreshTokens;
  /** The cache, keys of B sequences, each with room for S: [B · S, keyValueHeads · headDim]. */
  keys: Tensor;
  /** Their values: [B · S, keyValueHeads · headDim]. */
  values: Tensor;
  /**
   * i32 [T]: the row of the cache that a token stands in, sequence · S + position; NaN comes of one that there is not.
   */
  places: Tensor;
  /** Shape of the cache. */
  shape: AttentionShape;
  /** Result: [T, heads · headDim]. */
  out: Tensor;
}

/** Arguments of {@linkcode AttentionKernels.writeRows}. */
export interface WriteRowsArguments {
  /** Rows: [T, width]. */
  x: Tensor;
  /**
   * i32 [T]: where each of them goes, no two to the same row; one that goes to a row that `out` does not have goes
   * nowhere.
   */
  rows: Tensor;
  /** [R, width]: its other rows stay as they are. */
  out: Tensor;
}

/** Rotary position embedding, causal self-attention, and a cache of keys and values. */
export interface AttentionKernels {
  /** Half-rotation RoPE: with (a, b) = elements i and i + headDim / 2 of a head, (a cos − b sin, b cos + a sin). */
  rope(args: RopeArguments): void;
  /** out = softmax(causal(q · kᵀ / sqrt(headDim))) · v for each head. The S × S matrix is never stored. */
  attention(args: AttentionArguments): void;
  /** The gradients of {@linkcode AttentionKernels.attention}. */
  attentionBackward(args: AttentionBackwardArguments): void;
  /**
   * Attention of single tokens to what a cache holds of their sequences: out[t] = softmax(q[t] · keysᵀ / sqrt(headDim))
   * · values for each head, over the rows of the token's sequence up to its own. Rows behind it are not read.
   */
  cachedAttention(args: CachedAttentionArguments): void;
  /** out[rows[t]] = x[t], converted. */
  writeRows(args: WriteRowsArguments): void;
}

/**
 * What calls of them must fulfil; not public, though it is beside what is.
 *
 * @ignore
 */
export const attentionChecks: CallChecks<AttentionKernels> = {
  rope(check, args) {
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
  },
  attention(check, args) {
    const { query, statistics } = checkInputs(check, args);
    check.output("out", args.out, "float", query);
    check.output("logSumExp", args.logSumExp, "f32", statistics);
  },
  attentionBackward(check, args) {
    const { query, key, statistics } = checkInputs(check, args.forward);
    check.input("out", args.forward.out, "float", query);
    check.input("logSumExp", args.forward.logSumExp, "f32", statistics);
    check.input("dOut", args.dOut, "float", query);
    check.output("dQ", args.dQ, "float", query);
    check.output("dK", args.dK, "float", key);
    check.output("dV", args.dV, "float", key);
  },
  cachedAttention(check, args) {
    const { query: [, width = 0], key } = shapesOf(args.shape);
    checkHeads(check, args.shape);
    check.input("places", args.places, "i32", ["T"]);
    check.input("q", args.q, "float", ["T", width]);
    check.input("keys", args.keys, "float", key);
    check.input("values", args.values, "float", key);
    check.output("out", args.out, "float", ["T", width]);
    if (args.fresh) checkFresh(check, args, args.fresh);
  },
  writeRows(check, args) {
    check.input("rows", args.rows, "i32", ["T"]);
    check.input("x", args.x, "float", ["T", "width"]);
    check.output("out", args.out, "float", ["R", "width"]);
  },
};

function checkFresh(check: CallCheck, { q, keys, values, shape }: CachedAttentionArguments, fresh: FreshTokens): void {
  const { sequenceLength, heads, keyValueHeads, headDim } = shape;
  const [width, angles] = [keyValueHeads * headDim, [sequenceLength, headDim / 2]];
  check.input("v", fresh.v, "float", ["T", width]);
  check.input("cosines", fresh.cosines, "f32", angles);
  check.input("sines", fresh.sines, "f32", angles);
  check.output("k", fresh.k, "float", ["T", width]);
  check.output("q", q, "float", ["T", heads * headDim], ["q"]);
  check.output("keys", keys, "float", ["rows", width], ["keys"]);
  check.output("values", values, "float", ["rows", width], ["values"]);
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
