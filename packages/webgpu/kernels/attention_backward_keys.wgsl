// dK and dV of KEYS neighbouring keys of one key head: over all query heads that read it, QUERIES queries at a time.
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
  let key_head = group.y % args.key_heads;
  let sequence = group.y / args.key_heads;
  let first = (group.x * LANES + lane) * KEYS;
  if (first >= args.length) {
    return;
  }
  let stride = args.heads * HEAD_DIM;
  let key_stride = args.key_heads * HEAD_DIM;
  let shared_by = args.heads / args.key_heads;
//# for j < KEYS
  let position_$j = min(first + ${j}u, args.length - 1u);
  let key_row_$j = (sequence * args.length + position_$j) * key_stride + key_head * HEAD_DIM;
//# for d < FOURS
  var d_k_${j}_$d = vec4<f32>(0.0);
  var d_v_${j}_$d = vec4<f32>(0.0);
//# end
//# end
  for (var own = 0u; own < shared_by; own++) {
    let head = key_head * shared_by + own;
    let base = sequence * args.length * stride + head * HEAD_DIM;
    let statistics = (sequence * args.heads + head) * args.length;
    for (var query = first; query < args.length; query += QUERIES) {
//# for i < QUERIES
      let place_$i = min(query + ${i}u, args.length - 1u);
      let row_$i = base + place_$i * stride;
//# for j < KEYS
      var score_${i}_$j = 0.0;
      var slope_${i}_$j = 0.0;
//# end
//# end
      for (var d = 0u; d < FOURS; d++) {
//# for j < KEYS
        let k_$j = four_k(key_row_$j, d);
        let v_$j = four_v(key_row_$j, d);
//# end
//# for i < QUERIES
        let q_$i = four_q(row_$i, d);
        let d_out_$i = four_d_out(row_$i, d);
//# for j < KEYS
        score_${i}_$j += dot(q_$i, k_$j);
        slope_${i}_$j += dot(d_out_$i, v_$j);
//# end
//# end
      }
//# for i < QUERIES
      let logarithm_$i = load_log_sum_exp(statistics + place_$i);
      let delta_$i = load_delta(statistics + place_$i);
//# for j < KEYS
      let sees_${i}_$j = query + ${i}u < args.length && position_$j <= query + ${i}u;
      let weight_${i}_$j = select(0.0, exp_of(score_${i}_$j * args.scale - logarithm_$i), sees_${i}_$j);
      let d_score_${i}_$j = args.scale * weight_${i}_$j * (slope_${i}_$j - delta_$i);
//# end
//# end
//# for d < FOURS
      {
//# for i < QUERIES
        let q_$i = four_q(row_$i, ${d}u);
        let d_out_$i = four_d_out(row_$i, ${d}u);
//# for j < KEYS
        d_k_${j}_$d = fma(vec4<f32>(d_score_${i}_$j), q_$i, d_k_${j}_$d);
        d_v_${j}_$d = fma(vec4<f32>(weight_${i}_$j), d_out_$i, d_v_${j}_$d);
//# end
//# end
      }
//# end
    }
  }
//# for j < KEYS
  if (first + ${j}u < args.length) {
//# for d < FOURS
    put_d_k(key_row_$j, ${d}u, d_k_${j}_$d);
    put_d_v(key_row_$j, ${d}u, d_v_${j}_$d);
//# end
  }
//# end
}
