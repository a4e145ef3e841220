import { isRouted } from "@beyond24/recipe";
import { expertMeans, routeTokens } from "@beyond24/routing";
import { hash32, prune24, softThreshold24 } from "@beyond24/sparse24";
import { type FeedForwardSparsity, routingSizes } from "./feed_forward_sparsity.ts";
import type { WeightProduct } from "./feed_forward.ts";
import { DRAW_KEY, type FeedForwardResult, type Sample } from "./_testing.ts";

/** Row-major matrix in float64. */
interface Matrix {
  readonly rows: number;
  readonly cols: number;
  readonly values: Float64Array;
}

function matrix(rows: number, cols: number, at: (row: number, col: number) => number): Matrix {
  const values = Float64Array.from({ length: rows * cols }, (_, i) => at(Math.floor(i / cols), i % cols));
  return { rows, cols, values };
}

const at = ({ values, cols }: Matrix, row: number, col: number): number => values[row * cols + col] ?? NaN;
const transpose = (a: Matrix): Matrix => matrix(a.cols, a.rows, (row, col) => at(a, col, row));
const from = (values: ArrayLike<number>, rows: number, cols: number): Matrix => ({
  rows,
  cols,
  values: Float64Array.from(values),
});

function multiply(a: Matrix, b: Matrix): Matrix {
  return matrix(a.rows, b.cols, (row, col) => {
    let sum = 0;
    for (let k = 0; k < a.cols; k++) sum += at(a, row, k) * at(b, k, col);
    return sum;
  });
}

/** The two of largest magnitude in groups of four rows that `groups` lists (-1 is padding), in every column. */
function selectAmong(a: Matrix, groups: readonly (readonly number[])[], magnitude: Matrix): Matrix {
  const kept = new Float64Array(a.values.length);
  for (const group of groups) {
    for (let col = 0; col < a.cols; col++) {
      const members = group.filter((row) => row >= 0);
      members.sort((p, q) => Math.abs(at(magnitude, q, col)) - Math.abs(at(magnitude, p, col)));
      for (const row of members.slice(0, 2)) kept[row * a.cols + col] = at(a, row, col);
    }
  }
  return { ...a, values: kept };
}

/** Two places, the smaller magnitude first. */
function meet(sizes: readonly number[], [a, b]: readonly [number, number]): [number, number] {
  return (sizes[a] ?? 0) < (sizes[b] ?? 0) ? [a, b] : [b, a];
}

/**
 * Unbiased: marks one share apart meet two of four magnitudes that are laid end to end, the largest in front of 0 and
 * the others as they lost to it.
 */
function drawTwo(values: readonly number[], uniform: number): number[] {
  const sizes = values.map(Math.abs);
  const [[first, upper], [second, lower]] = [meet(sizes, [0, 1]), meet(sizes, [2, 3])];
  const [third, largest] = meet(sizes, [upper, lower]);
  const losers = [first, second, third].map((place) => sizes[place] ?? 0);
  const rest = losers.reduce((sum, size) => sum + size, 0);
  const most = sizes[largest] ?? 0;
  const share = Math.min(rest, (most + rest) / 2);
  const mark = rest - uniform * share;
  const ends = [first, second, third].map((_, i) => losers.slice(0, i + 1).reduce((sum, size) => sum + size, 0));
  const marked = [mark, ...mark > share ? [mark - share] : []].map((at) => {
    return [first, second, third][ends.findIndex((end) => end >= at)];
  });
  if (mark <= share) marked.push(largest);
  return values.map((value, i) => marked.includes(i) ? Math.sign(value) * Math.max(share, Math.abs(value)) : 0);
}

/**
 * Of every group of four rows (-1 is padding) two, without bias; groups are counted from `firstGroup`, columns from
 * `firstColumn`.
 */
function drawAmong(
  a: Matrix,
  groups: readonly (readonly number[])[],
  seed: number,
  firstGroup: number,
  firstColumn: number,
): Matrix {
  const kept = new Float64Array(a.values.length);
  for (const [group, members] of groups.entries()) {
    for (let col = 0; col < a.cols; col++) {
      const uniform = (hash32([seed, firstGroup + group, col - firstColumn]) >>> 8) / 2 ** 24;
      const drawn = drawTwo(members.map((row) => row < 0 ? 0 : at(a, row, col)), uniform);
      for (const [i, row] of members.entries()) if (row >= 0) kept[row * a.cols + col] = drawn[i] ?? NaN;
    }
  }
  return { ...a, values: kept };
}

/** Fours of one row from each quarter of a list that -1 pads to a multiple of `align`. */
function acrossQuarters(rows: readonly number[], align: number): number[][] {
  const quarter = Math.ceil(rows.length / align) * align / 4;
  return Array.from({ length: quarter }, (_, i) => [0, 1, 2, 3].map((j) => rows[j * quarter + i] ?? -1));
}

function chunks<Item>(items: readonly Item[]): Item[][] {
  return Array.from({ length: Math.ceil(items.length / 4) }, (_, i) => items.slice(4 * i, 4 * (i + 1)));
}

/** Rows in front of the segment of an expert, when those of every expert are padded to a multiple of `align`. */
function rowsBefore(expert: number, align: number, count: (expert: number) => number): number {
  return Array.from({ length: expert }, (_, e) => Math.ceil(count(e) / align) * align).reduce((a, b) => a + b, 0);
}

/** Experts of the tokens, best first; `y1` is the product with the weights as the plan has them. */
function naiveRoutes(sample: Sample, sparsity: FeedForwardSparsity, y1: Matrix): Int32Array {
  const { tokens, neurons, features } = sample;
  const { experts, expertsPerToken: topK } = routingSizes(sparsity, neurons, features);
  const { router = "cosine" } = sparsity;
  if (router === "cosine") {
    const means = expertMeans(sample.wIn, { neurons, features, experts });
    return routeTokens(sample.x, means, { tokens, features, experts, topK });
  }
  const width = neurons / experts;
  const seen = router === "energy" ? width : Math.max(1, Math.floor(width / 8));
  const y = router === "energy"
    ? y1
    : multiply(from(sample.x, tokens, features), transpose(from(sample.wIn, neurons, features)));
  const energy = (token: number, expert: number) =>
    Array.from({ length: seen }, (_, p) => Math.max(0, at(y, token, expert * width + p)) ** 2)
      .reduce((sum, value) => sum + value, 0);
  const routes = Array.from({ length: tokens }, (_, token) => {
    const energies = Array.from({ length: experts }, (_, expert) => energy(token, expert));
    const ranked = energies.map((_, expert) => expert);
    return ranked.sort((a, b) => (energies[b] ?? NaN) - (energies[a] ?? NaN)).slice(0, topK);
  });
  return Int32Array.from(routes.flat());
}

/**
 * Design section 3 as plainly as it can be said, in float64: the full products over all tokens and all neurons, then
 * masks (paper, algorithms 1 and 2).
 */
export function naiveFeedForward(sample: Sample, sparsity: FeedForwardSparsity, step = 0): FeedForwardResult {
  const { tokens, neurons, features } = sample;
  const { plan, tokenOrder = "spread" } = sparsity;
  const { experts, expertsPerToken, align } = routingSizes(sparsity, neurons, features);
  const x = from(sample.x, tokens, features);
  const dy3 = from(sample.dy3, tokens, features);
  const shape = { rows: neurons, cols: features };

  const weight = (product: WeightProduct, name: "wIn" | "wOut", axis: "rows" | "cols"): Matrix => {
    const { operand, format } = plan[product];
    if (operand !== name) return from(sample[name], neurons, features);
    if (format === "2:4 soft") return from(softThreshold24(sample[name], shape, { axis }), neurons, features);
    const mask = prune24(sample[name], shape, { axis });
    return from(sample[name].map((value, i) => value * (mask[i] ?? NaN)), neurons, features);
  };
  const selects = (product: "y3" | "dwOut" | "dx" | "dwIn") =>
    (plan[product].operand === "y2" || plan[product].operand === "dy1") && plan[product].format !== "columns";

  const y1 = multiply(x, transpose(weight("y1", "wIn", "cols")));
  const chosen = isRouted(plan) ? naiveRoutes(sample, sparsity, y1) : new Int32Array(tokens * expertsPerToken);
  const clusterSize = neurons / experts;
  const visits = (token: number, expert: number) =>
    chosen.subarray(token * expertsPerToken, (token + 1) * expertsPerToken).includes(expert);
  const routed = (a: Matrix) =>
    matrix(
      a.rows,
      a.cols,
      (token, neuron) => visits(token, Math.floor(neuron / clusterSize)) ? at(a, token, neuron) : 0,
    );
  const neuronGroups = chunks(Array.from({ length: neurons }, (_, neuron) => neuron));
  const alongNeurons = (a: Matrix, magnitude: Matrix) =>
    transpose(selectAmong(transpose(a), neuronGroups, transpose(magnitude)));
  const segments = Array.from(
    { length: experts },
    (_, expert) => Array.from({ length: tokens }, (_, token) => token).filter((token) => visits(token, expert)),
  );
  /**
   * For each cluster: its tokens in fours, in order or, for a draw that spreads them, from far apart; columns of other
   * clusters are left alone (they are zero).
   */
  const alongTokens = (product: "dwOut" | "dwIn", a: Matrix, magnitude: Matrix) => {
    const entry = plan[product];
    const seed = hash32([DRAW_KEY, product === "dwOut" ? 0 : 1]) ^ step;
    const parts = segments.map((segment, expert) => {
      const firstGroup = rowsBefore(expert, align, (e) => segments[e]?.length ?? NaN) / 4;
      const part = "selection" in entry && entry.selection === "unbiased"
        ? drawAmong(
          a,
          experts > 1 && tokenOrder === "spread" ? acrossQuarters(segment, align) : chunks(segment),
          seed,
          firstGroup,
          expert * clusterSize,
        )
        : selectAmong(a, chunks(segment), magnitude);
      return matrix(a.rows, a.cols, (row, col) => Math.floor(col / clusterSize) === expert ? at(part, row, col) : 0);
    });
    return matrix(a.rows, a.cols, (row, col) => parts.reduce((sum, part) => sum + at(part, row, col), 0));
  };

  const positive = routed({ ...y1, values: y1.values.map((value) => Math.max(value, 0)) });
  const r = selects("y3") ? alongNeurons(positive, positive) : positive;
  const y2 = { ...r, values: r.values.map((value) => value * value) };
  const y = multiply(y2, weight("y3", "wOut", "rows"));

  const dy2 = multiply(dy3, transpose(weight("dy2", "wOut", "cols")));
  const dy1 = matrix(tokens, neurons, (row, col) => 2 * at(dy2, row, col) * at(r, row, col));
  const dy1Neurons = selects("dx") && !selects("y3") ? alongNeurons(dy1, dy1) : dy1;
  const dx = multiply(dy1Neurons, weight("dx", "wIn", "rows"));
  const dWOut = multiply(transpose(selects("dwOut") ? alongTokens("dwOut", y2, r) : y2), dy3);
  const dWIn = multiply(transpose(selects("dwIn") ? alongTokens("dwIn", dy1, dy1) : dy1), x);
  const float32 = ({ values }: Matrix) => Float32Array.from(values);
  return { y: float32(y), dx: float32(dx), dWIn: float32(dWIn), dWOut: float32(dWOut) };
}
