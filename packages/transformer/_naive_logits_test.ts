import type { ModelShape } from "@beyond24/recipe";

type Row = readonly number[];
type Matrix = readonly Row[];

const dot = (a: Row, b: Row): number => a.reduce((sum, value, i) => sum + value * (b[i] ?? NaN), 0);
const apply = (weight: Matrix, x: Row): number[] => weight.map((row) => dot(row, x));
const sum = (a: Row, b: Row): number[] => a.map((value, i) => value + (b[i] ?? NaN));

function norm(x: Row, gain: Row, epsilon: number): number[] {
  const inverse = 1 / Math.sqrt(dot(x, x) / x.length + epsilon);
  return x.map((value, i) => value * inverse * (gain[i] ?? NaN));
}

function rotate(x: Row, position: number, theta: number): number[] {
  const half = x.length / 2;
  return x.map((value, i) => {
    const angle = position * theta ** (-(i % half) / half);
    const other = x[(i + half) % x.length] ?? NaN;
    return value * Math.cos(angle) + (i < half ? -other : other) * Math.sin(angle);
  });
}

function attend(q: Row, keys: Matrix, values: Matrix): number[] {
  const scores = keys.map((key) => Math.exp(dot(q, key) / Math.sqrt(q.length)));
  const total = scores.reduce((a, b) => a + b, 0);
  return (values[0] ?? []).map((_, i) =>
    values.reduce((acc, value, at) => acc + (scores[at] ?? NaN) * (value[i] ?? NaN), 0) / total
  );
}

/** The dense model in float64, one token after the other: logits of every position of one sequence. */
export function naiveLogits(
  shape: ModelShape,
  weights: ReadonlyMap<string, Float32Array>,
  tokens: readonly number[],
  { theta, epsilon }: { readonly theta: number; readonly epsilon: number },
): number[][] {
  const values = (name: string): number[] => Array.from(weights.get(name) ?? []);
  const matrix = (name: string, cols: number): number[][] => {
    const all = values(name);
    return Array.from({ length: all.length / cols }, (_, row) => all.slice(row * cols, (row + 1) * cols));
  };
  const { dModel, heads, kvHeads, headDim } = shape;
  const split = (x: Row, count: number): number[][] =>
    Array.from({ length: count }, (_, head) => x.slice(head * headDim, (head + 1) * headDim));

  let states: number[][] = tokens.map((token) => matrix("model.embed_tokens.weight", dModel)[token] ?? []);
  for (let layer = 0; layer < shape.layers; layer++) {
    const name = (rest: string) => `model.layers.${layer}.${rest}`;
    const weight = (rest: string, cols = dModel) => matrix(name(rest), cols);
    const inputs = states.map((x) => norm(x, values(name("input_layernorm.weight")), epsilon));
    const project = (which: string, count: number, rotated: boolean) =>
      inputs.map((x, position) =>
        split(apply(weight(`self_attn.${which}_proj.weight`), x), count)
          .map((head) => rotated ? rotate(head, position, theta) : head)
      );
    const [q, k, v] = [project("q", heads, true), project("k", kvHeads, true), project("v", kvHeads, false)];
    states = states.map((x, position) => {
      const attended = (q[position] ?? []).flatMap((query, head) => {
        const keyHead = Math.floor(head * kvHeads / heads);
        const past = (all: number[][][]) => all.slice(0, position + 1).map((row) => row[keyHead] ?? []);
        return attend(query, past(k), past(v));
      });
      return sum(x, apply(weight("self_attn.o_proj.weight", heads * headDim), attended));
    });
    const [wIn, wOut] = [weight("mlp.w_in"), weight("mlp.w_out")];
    states = states.map((x) => {
      const y2 = apply(wIn, norm(x, values(name("post_attention_layernorm.weight")), epsilon))
        .map((y1) => Math.max(y1, 0) ** 2);
      const y3 = x.map((_, i) => wOut.reduce((acc, row, neuron) => acc + (y2[neuron] ?? NaN) * (row[i] ?? NaN), 0));
      return sum(x, y3);
    });
  }
  const head = matrix("lm_head.weight", dModel);
  return states.map((x) => apply(head, norm(x, values("model.norm.weight"), epsilon)));
}
