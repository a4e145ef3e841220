// dQ of QUERIES neighbouring queries of one head: p from the forward pass' logarithms, dScore = p · (dOut · v − delta).
@compute @workgroup_size(LANES)
fn main(
  @builtin(workgroup_id) id: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let group = place_of(id, groups);
  if (!is_in_grid(group)) {
    return;
  }
  let head = group.y % args.heads;
  let sequence = group.y / args.heads;
  let first = (group.x * LANES + lane) * QUERIES;
  if (first >= args.length) {
    return;
  }
  let stride = args.heads * HEAD_DIM;
  let key_stride = args.key_heads * HEAD_DIM;
  let key_base = sequence * args.length * key_stride + head * args.key_heads / args.heads * HEAD_DIM;
//# for i < QUERIES
  let position_$i = min(first + ${i}u, args.length - 1u);
  let row_$i = (sequence * args.length + position_$i) * stride + head * HEAD_DIM;
  let logarithm_$i = load_log_sum_exp(group.y * args.length + position_$i);
  let delta_$i = load_delta(group.y * args.length + position_$i);
//# for d < FOURS
  var sum_${i}_$d = vec4<f32>(0.0);
//# end
//# end
  let last = min(first + QUERIES, args.length) - 1u;
  for (var key = 0u; key <= last; key += KEYS) {
//# for j < KEYS
    let key_row_$j = key_base + min(key + ${j}u, last) * key_stride;
//# for i < QUERIES
    var score_${i}_$j = 0.0;
    var slope_${i}_$j = 0.0;
//# end
//# end
    for (var d = 0u; d < FOURS; d++) {
//# for i < QUERIES
      let q_$i = four_q(row_$i, d);
      let d_out_$i = four_d_out(row_$i, d);
//# end
//# for j < KEYS
      let k_$j = four_k(key_row_$j, d);
      let v_$j = four_v(key_row_$j, d);
//# for i < QUERIES
      score_${i}_$j += dot(q_$i, k_$j);
      slope_${i}_$j += dot(d_out_$i, v_$j);
//# end
//# end
    }
//# for i < QUERIES
//# for j < KEYS
    let weight_${i}_$j = select(
      0.0, exp_of(score_${i}_$j * args.scale - logarithm_$i), key + ${j}u <= position_$i);
    let d_score_${i}_$j = args.scale * weight_${i}_$j * (slope_${i}_$j - delta_$i);
//# end
//# end
//# for d < FOURS
    {
//# for j < KEYS
      let k_$j = four_k(key_row_$j, ${d}u);
//# for i < QUERIES
      sum_${i}_$d = fma(vec4<f32>(d_score_${i}_$j), k_$j, sum_${i}_$d);
//# end
//# end
    }
//# end
  }
//# for i < QUERIES
  if (first + ${i}u < args.length) {
//# for d < FOURS
    put_d_q(row_$i, ${d}u, sum_${i}_$d);
//# end
  }
//# end
}
