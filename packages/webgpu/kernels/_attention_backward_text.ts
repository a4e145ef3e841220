import { type AttentionValues, keysMain, queriesMain, queryPlace } from "./_attention_text.ts";
import { each, wgsl } from "../_wgsl.ts";

/**
 * dQ of QUERIES neighbouring queries of one head: p from the forward pass' logarithms, dScore = p · (dOut · v − delta).
 */
export const queriesText = ({ QUERIES, KEYS, FOURS }: AttentionValues): string =>
  queriesMain(wgsl`
    ${each(QUERIES, (i) => startQuery(i, FOURS))}
    let last = min(first + QUERIES, args.length) - 1u;
    for (var key = 0u; key <= last; key += KEYS) {
      ${each(KEYS, (j) => startKey(j, QUERIES))}
      for (var d = 0u; d < FOURS; d++) {
        ${each(QUERIES, loadQuery)}
        ${each(KEYS, (j) => [loadKey(j), each(QUERIES, (i) => addDots(i, j))])}
      }
      ${each(QUERIES, (i) => each(KEYS, (j) => slopeOfQuery(i, j)))}
      ${each(FOURS, (d) => addKeys(d, QUERIES, KEYS))}
    }
    ${each(QUERIES, (i) => storeQuery(i, FOURS))}
  `);

const startQuery = (i: number, FOURS: number) =>
  wgsl`
    ${queryPlace(i)}
    let logarithm_${i} = load_log_sum_exp(group.y * args.length + position_${i});
    let delta_${i} = load_delta(group.y * args.length + position_${i});
    ${each(FOURS, (d) => `var sum_${i}_${d} = vec4<f32>(0.0);`)}
  `;

const startKey = (j: number, QUERIES: number) =>
  wgsl`
    let key_row_${j} = key_base + min(key + ${j}u, last) * key_stride;
    ${each(QUERIES, (i) => startPair(i, j))}
  `;

const startPair = (i: number, j: number) =>
  wgsl`
    var score_${i}_${j} = 0.0;
    var slope_${i}_${j} = 0.0;
  `;

const loadQuery = (i: number) =>
  wgsl`
    let q_${i} = four_q(row_${i}, d);
    let d_out_${i} = four_d_out(row_${i}, d);
  `;

const loadKey = (j: number) =>
  wgsl`
    let k_${j} = four_k(key_row_${j}, d);
    let v_${j} = four_v(key_row_${j}, d);
  `;

const addDots = (i: number, j: number) =>
  wgsl`
    score_${i}_${j} += dot(q_${i}, k_${j});
    slope_${i}_${j} += dot(d_out_${i}, v_${j});
  `;

const slopeOfQuery = (i: number, j: number) =>
  wgsl`
    let weight_${i}_${j} = select(
      0.0, exp_of(score_${i}_${j} * args.scale - logarithm_${i}), key + ${j}u <= position_${i});
    ${slopeOf(i, j)}
  `;

const slopeOf = (i: number, j: number) =>
  `let d_score_${i}_${j} = args.scale * weight_${i}_${j} * (slope_${i}_${j} - delta_${i});`;

const addKeys = (d: number, QUERIES: number, KEYS: number) =>
  wgsl`
    {
      ${each(KEYS, (j) => [`let k_${j} = four_k(key_row_${j}, ${d}u);`, each(QUERIES, (i) => addKey(i, j, d))])}
    }
  `;

const addKey = (i: number, j: number, d: number) =>
  `sum_${i}_${d} = fma(vec4<f32>(d_score_${i}_${j}), k_${j}, sum_${i}_${d});`;

const storeQuery = (i: number, FOURS: number) =>
  wgsl`
    if (first + ${i}u < args.length) {
      ${each(FOURS, (d) => `put_d_q(row_${i}, ${d}u, sum_${i}_${d});`)}
    }
  `;

/**
 * dK and dV of KEYS neighbouring keys of one key head: over all query heads that read it, QUERIES queries at a time.
 */
export const keysText = ({ QUERIES, KEYS, FOURS }: AttentionValues): string =>
  keysMain(wgsl`
    let shared_by = args.heads / args.key_heads;
    ${each(KEYS, (j) => startOwnKey(j, FOURS))}
    for (var own = 0u; own < shared_by; own++) {
      let head = key_head * shared_by + own;
      let base = sequence * args.length * stride + head * HEAD_DIM;
      let statistics = (sequence * args.heads + head) * args.length;
      for (var query = first; query < args.length; query += QUERIES) {
        ${each(QUERIES, (i) => [placeOfQuery(i), each(KEYS, (j) => startPair(i, j))])}
        for (var d = 0u; d < FOURS; d++) {
          ${each(KEYS, loadKey)}
          ${each(QUERIES, (i) => [loadQuery(i), each(KEYS, (j) => addDots(i, j))])}
        }
        ${each(QUERIES, (i) => [loadStatistics(i), each(KEYS, (j) => slopeOfKey(i, j))])}
        ${each(FOURS, (d) => addQueries(d, QUERIES, KEYS))}
      }
    }
    ${each(KEYS, (j) => storeKey(j, FOURS))}
  `);

const startOwnKey = (j: number, FOURS: number) =>
  wgsl`
    let position_${j} = min(first + ${j}u, args.length - 1u);
    let key_row_${j} = (sequence * args.length + position_${j}) * key_stride + key_head * HEAD_DIM;
    ${each(FOURS, (d) => [`var d_k_${j}_${d} = vec4<f32>(0.0);`, `var d_v_${j}_${d} = vec4<f32>(0.0);`])}
  `;

const placeOfQuery = (i: number) =>
  wgsl`
    let place_${i} = min(query + ${i}u, args.length - 1u);
    let row_${i} = base + place_${i} * stride;
  `;

const loadStatistics = (i: number) =>
  wgsl`
    let logarithm_${i} = load_log_sum_exp(statistics + place_${i});
    let delta_${i} = load_delta(statistics + place_${i});
  `;

const slopeOfKey = (i: number, j: number) =>
  wgsl`
    let sees_${i}_${j} = query + ${i}u < args.length && position_${j} <= query + ${i}u;
    let weight_${i}_${j} = select(0.0, exp_of(score_${i}_${j} * args.scale - logarithm_${i}), sees_${i}_${j});
    ${slopeOf(i, j)}
  `;

const addQueries = (d: number, QUERIES: number, KEYS: number) =>
  wgsl`
    {
      ${each(QUERIES, (i) => [loadFours(i, d), each(KEYS, (j) => addQuery(i, j, d))])}
    }
  `;

const loadFours = (i: number, d: number) =>
  wgsl`
    let q_${i} = four_q(row_${i}, ${d}u);
    let d_out_${i} = four_d_out(row_${i}, ${d}u);
  `;

const addQuery = (i: number, j: number, d: number) =>
  wgsl`
    d_k_${j}_${d} = fma(vec4<f32>(d_score_${i}_${j}), q_${i}, d_k_${j}_${d});
    d_v_${j}_${d} = fma(vec4<f32>(weight_${i}_${j}), d_out_${i}, d_v_${j}_${d});
  `;

const storeKey = (j: number, FOURS: number) =>
  wgsl`
    if (first + ${j}u < args.length) {
      ${each(FOURS, (d) => putKey(j, d))}
    }
  `;

const putKey = (j: number, d: number) =>
  wgsl`
    put_d_k(key_row_${j}, ${d}u, d_k_${j}_${d});
    put_d_v(key_row_${j}, ${d}u, d_v_${j}_${d});
  `;
