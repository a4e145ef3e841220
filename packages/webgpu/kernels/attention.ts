import type { AttentionArguments } from "@beyond24/device";
import { launchAttention } from "./_attention_launch.ts";
import { type AttentionValues, queriesMain, queryPlace } from "./_attention_text.ts";
import { type Launcher, writes } from "../_launch.ts";
import { each, wgsl } from "../_wgsl.ts";

/** One invocation computes QUERIES neighbouring queries of one head, KEYS keys at a time, with a running softmax. */
const text = ({ QUERIES, KEYS, FOURS }: AttentionValues) =>
  queriesMain(wgsl`
    ${each(QUERIES, (i) => startQuery(i, FOURS))}
    let last = min(first + QUERIES, args.length) - 1u;
    for (var key = 0u; key <= last; key += KEYS) {
      ${each(KEYS, (j) => startKey(j, QUERIES))}
      for (var d = 0u; d < FOURS; d++) {
        ${each(QUERIES, (i) => `let q_${i} = four_q(row_${i}, d);`)}
        ${each(KEYS, (j) => scoreKey(j, QUERIES))}
      }
      ${each(QUERIES, (i) => weighKeys(i, KEYS))}
      ${each(FOURS, (d) => addValues(d, QUERIES, KEYS))}
    }
    ${each(QUERIES, (i) => storeQuery(i, FOURS))}
  `);

const startQuery = (i: number, FOURS: number) =>
  wgsl`
    ${queryPlace(i)}
    var largest_${i} = -3.0e38;
    var total_${i} = 0.0;
    ${each(FOURS, (d) => `var sum_${i}_${d} = vec4<f32>(0.0);`)}
  `;

const startKey = (j: number, QUERIES: number) =>
  wgsl`
    let key_row_${j} = key_base + min(key + ${j}u, last) * key_stride;
    ${each(QUERIES, (i) => `var score_${i}_${j} = 0.0;`)}
  `;

const scoreKey = (j: number, QUERIES: number) =>
  wgsl`
    let k_${j} = four_k(key_row_${j}, d);
    ${each(QUERIES, (i) => `score_${i}_${j} += dot(q_${i}, k_${j});`)}
  `;

const weighKeys = (i: number, KEYS: number) =>
  wgsl`
    let before_${i} = largest_${i};
    ${each(KEYS, (j) => maskKey(i, j))}
    let decay_${i} = exp_of(before_${i} - largest_${i});
    total_${i} *= decay_${i};
    ${each(KEYS, (j) => weighKey(i, j))}
  `;

const maskKey = (i: number, j: number) =>
  wgsl`
    let sees_${i}_${j} = key + ${j}u <= position_${i};
    score_${i}_${j} = select(-3.0e38, score_${i}_${j} * args.scale, sees_${i}_${j});
    largest_${i} = max(largest_${i}, score_${i}_${j});
  `;

const weighKey = (i: number, j: number) =>
  wgsl`
    let weight_${i}_${j} = select(0.0, exp_of(score_${i}_${j} - largest_${i}), sees_${i}_${j});
    total_${i} += weight_${i}_${j};
  `;

const addValues = (d: number, QUERIES: number, KEYS: number) =>
  wgsl`
    {
      ${each(KEYS, (j) => `let v_${j} = four_v(key_row_${j}, ${d}u);`)}
      ${each(QUERIES, (i) => [`sum_${i}_${d} *= decay_${i};`, each(KEYS, (j) => addValue(i, j, d))])}
    }
  `;

const addValue = (i: number, j: number, d: number) =>
  `sum_${i}_${d} = fma(vec4<f32>(weight_${i}_${j}), v_${j}, sum_${i}_${d});`;

const storeQuery = (i: number, FOURS: number) =>
  wgsl`
    if (first + ${i}u < args.length) {
      let inverse = 1.0 / total_${i};
      ${each(FOURS, (d) => `put_out(row_${i}, ${d}u, sum_${i}_${d} * inverse);`)}
      store_log_sum_exp(group.y * args.length + position_${i}, largest_${i} + log_of(total_${i}));
    }
  `;

/** out = softmax(causal(q · kᵀ / sqrt(headDim))) · v, a few queries an invocation. */
export function attention(launcher: Launcher, { q, k, v, shape, out, logSumExp }: AttentionArguments): void {
  launchAttention(launcher, shape, {
    kernel: "attention",
    text,
    inputs: { q, k, v },
    outputs: { out },
    statistics: { log_sum_exp: writes(logSumExp) },
    ownsKeys: false,
    flopsPerPair: 4,
  });
}
