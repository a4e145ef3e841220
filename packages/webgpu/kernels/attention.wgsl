// One invocation computes QUERIES neighbouring queries of one head, KEYS keys at a time, with a running softmax.
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
  var largest_$i = -3.0e38;
  var total_$i = 0.0;
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
//# end
//# end
    for (var d = 0u; d < FOURS; d++) {
//# for i < QUERIES
      let q_$i = four_q(row_$i, d);
//# end
//# for j < KEYS
      let k_$j = four_k(key_row_$j, d);
//# for i < QUERIES
      score_${i}_$j += dot(q_$i, k_$j);
//# end
//# end
    }
//# for i < QUERIES
    let before_$i = largest_$i;
//# for j < KEYS
    let sees_${i}_$j = key + ${j}u <= position_$i;
    score_${i}_$j = select(-3.0e38, score_${i}_$j * args.scale, sees_${i}_$j);
    largest_$i = max(largest_$i, score_${i}_$j);
//# end
    let decay_$i = exp_of(before_$i - largest_$i);
    total_$i *= decay_$i;
//# for j < KEYS
    let weight_${i}_$j = select(0.0, exp_of(score_${i}_$j - largest_$i), sees_${i}_$j);
    total_$i += weight_${i}_$j;
//# end
//# end
//# for d < FOURS
    {
//# for j < KEYS
      let v_$j = four_v(key_row_$j, ${d}u);
//# end
//# for i < QUERIES
      sum_${i}_$d *= decay_$i;
//# for j < KEYS
      sum_${i}_$d = fma(vec4<f32>(weight_${i}_$j), v_$j, sum_${i}_$d);
//# end
//# end
    }
//# end
  }
//# for i < QUERIES
  if (first + ${i}u < args.length) {
    let inverse = 1.0 / total_$i;
//# for d < FOURS
    put_out(row_$i, ${d}u, sum_${i}_$d * inverse);
//# end
    store_log_sum_exp(group.y * args.length + position_$i, largest_$i + log_of(total_$i));
  }
//# end
}
