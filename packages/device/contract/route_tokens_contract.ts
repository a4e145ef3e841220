import { routeTokens } from "@beyond24/routing";
import type { ContractContext } from "./contract_context.ts";
import { activationExtremes } from "./extremes.ts";
import { EQUAL_ROWS, expectEqualRows } from "./equal_rows.ts";
import type { KernelContract } from "./kernel_contract.ts";

interface RouteCase {
  readonly tokens: number;
  readonly features: number;
  readonly experts: number;
  readonly topK: number;
}

/** Means of length 1 with 16 entries of ±1/4, tokens of small multiples of 1/4: every score is exact, ties abound. */
async function check(context: ContractContext, shape: RouteCase, size = 1): Promise<void> {
  const { tokens, features, experts } = shape;
  const means = new Float32Array(experts * features);
  for (let expert = 0; expert < experts; expert++) {
    for (let left = 16; left > 0;) {
      const i = expert * features + context.random.integer(features);
      if (means[i] !== 0) continue;
      means[i] = context.random.next() < 0.5 ? -0.25 : 0.25;
      left--;
    }
  }
  const x = context.random.quarters(tokens * features).map((value) => value * size);
  await expectRoutes(context, x, means, shape);
}

async function expectRoutes(context: ContractContext, x: Float32Array, means: Float32Array, shape: RouteCase) {
  const { tokens, features, experts, topK } = shape;
  const input = context.input([tokens, features], x);
  const directions = context.input([experts, features], means, "f32");
  const out = context.output([tokens, topK], "i32");
  context.kernels.routeTokens({ x: input.tensor, means: directions.tensor, experts: out });
  await context.expectSame("experts", out, routeTokens(input.values, directions.values, shape));
}

/** Directions that no arithmetic gets wrong: every token lies near one mean and, at a distance, a second one. */
async function random(context: ContractContext): Promise<void> {
  const shape = { tokens: 257, features: 70, experts: 8, topK: 2 };
  const { tokens, features, experts } = shape;
  const directions = context.random.uniform(experts * features);
  const means = directions.map((value, i) => {
    const row = directions.subarray(Math.floor(i / features) * features).subarray(0, features);
    return value / Math.sqrt(row.reduce((sum, element) => sum + element ** 2, 0));
  });
  const x = new Float32Array(tokens * features);
  for (let t = 0; t < tokens; t++) {
    const first = context.random.integer(experts);
    const second = (first + 1 + context.random.integer(experts - 1)) % experts;
    for (let d = 0; d < features; d++) {
      x[t * features + d] = 4 * (means[first * features + d] ?? NaN) + 2 * (means[second * features + d] ?? NaN);
    }
  }
  await expectRoutes(context, x, means, shape);
}

/** Zero tokens tie everywhere, a NaN score is the lowest: indices stay in range and differ within a token. */
async function withoutDirection(context: ContractContext): Promise<void> {
  const shape = { tokens: 3, features: 4, experts: 3, topK: 2 };
  const x = [0, 0, 0, 0, NaN, NaN, NaN, NaN, -1, 0, 0, 0];
  const means = Float32Array.of(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0);
  await expectRoutes(context, Float32Array.from(x), means, shape);
}

/** Experts with the very same mean have the very same score: the first of them is the best. */
async function equalMeans(context: ContractContext): Promise<void> {
  const [tokens, experts, features] = [39, 7, 70];
  const mean = context.random.uniform(features);
  const means = Float32Array.from({ length: experts * features }, (_, i) => mean[i % features] ?? NaN);
  const out = context.output([tokens, 3], "i32");
  context.kernels.routeTokens({
    x: context.input([tokens, features]).tensor,
    means: context.input([experts, features], means, "f32").tensor,
    experts: out,
  });
  await context.expectSame("experts", out, Array.from({ length: tokens }, () => [0, 1, 2]).flat());
}

/**
 * Two experts whose scores are the same number, summed in another order: which is larger may not depend on the token's
 * place.
 */
async function equalRows(context: ContractContext): Promise<void> {
  for (const [experts, features] of [[2, 64], [5, 70], [8, 33]] as const) {
    for (const rows of EQUAL_ROWS) {
      const token = context.random.uniform(features).map((_, i, all) => all[i - i % 2] ?? NaN);
      const x = new Float32Array(rows * features).map((_, i) => token[i % features] ?? NaN);
      const mean = context.random.uniform(features);
      // Neighbours change places from expert to expert; the token does not tell them apart.
      const means = Float32Array.from({ length: experts * features }, (_, i) => {
        const [expert, d] = [Math.floor(i / features), i % features];
        const first = d - d % 2;
        const swaps = first + 1 < features && (first * 7 + expert * 13) % 5 < 3;
        return mean[swaps ? first + 1 - d % 2 : d] ?? NaN;
      });
      const out = context.output([rows, 2], "i32");
      const input = context.input([rows, features], x).tensor;
      context.kernels.routeTokens({
        x: input,
        means: context.input([experts, features], means, "f32").tensor,
        experts: out,
      });
      await expectEqualRows(context, `${experts} experts`, out, rows);
    }
  }
}

/** Rows of a table of scores: directions of length 1 along the axes make the largest columns the experts. */
async function largestColumns(context: ContractContext): Promise<void> {
  for (const [tokens, experts, topK] of [[65, 16, 2], [33, 24, 4], [7, 256, 8]] as const) {
    const x = new Float32Array(tokens * experts);
    for (let place = 0; place < tokens * topK; place++) {
      const [token, rank] = [Math.floor(place / topK), place % topK];
      x[token * experts + (token * 7 + rank * 5) % experts] = topK - rank;
    }
    const axes = Float32Array.from({ length: experts * experts }, (_, i) => Number(i % (experts + 1) === 0));
    const out = context.output([tokens, topK], "i32");
    context.kernels.routeTokens({
      x: context.input([tokens, experts], x, "f32").tensor,
      means: context.input([experts, experts], axes, "f32").tensor,
      experts: out,
    });
    const columns = Array.from(
      { length: tokens * topK },
      (_, place) => (Math.floor(place / topK) * 7 + place % topK * 5) % experts,
    );
    await context.expectSame("experts", out, columns);
  }
}

/** The contract of `routeTokens`. */
export const routeTokensContract: KernelContract = [
  { name: "33 tokens, 4 experts", run: (c) => check(c, { tokens: 33, features: 68, experts: 4, topK: 1 }) },
  { name: "1 token, 1 expert", run: (c) => check(c, { tokens: 1, features: 17, experts: 1, topK: 1 }) },
  { name: "257 tokens, 16 experts", run: (c) => check(c, { tokens: 257, features: 64, experts: 16, topK: 1 }) },
  { name: "two experts a token", run: (c) => check(c, { tokens: 65, features: 33, experts: 5, topK: 2 }) },
  { name: "every expert", run: (c) => check(c, { tokens: 17, features: 20, experts: 3, topK: 3 }) },
  { name: "scores that are not exact", run: random },
  {
    name: "tokens whose squares are zero",
    run: (c) => check(c, { tokens: 33, features: 68, experts: 4, topK: 2 }, activationExtremes(c).tiny),
  },
  {
    name: "tokens whose squares are infinite",
    run: (c) => check(c, { tokens: 33, features: 68, experts: 4, topK: 2 }, activationExtremes(c).huge),
  },
  { name: "zero and NaN tokens", run: withoutDirection },
  { name: "equal rows go to the same experts", run: equalRows },
  { name: "equal means", run: equalMeans },
  { name: "the largest columns of f32 rows", run: largestColumns },
];
