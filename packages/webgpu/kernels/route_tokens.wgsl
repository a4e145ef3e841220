// Scores of TOKENS tokens as whole numbers of the same order; 0 is below all of them and marks an expert that is taken.
var<workgroup> ranks: array<u32, TOKENS * EXPERTS>;

// A NaN is the lowest score, as is what lies below the lowest finite one; -0 ties with 0.
fn rank_of(score: f32) -> u32 {
  let counted = select(score, -3.402823e38, is_nan(score) || score < -3.402823e38);
  let bits = bitcast<u32>(counted);
  if ((bits & 0x7fffffffu) == 0u) {
    return 0x80000000u;
  }
  return select(bits | 0x80000000u, ~bits, bits >= 0x80000000u);
}

// Features in ascending order, as products of matrices add up.
fn score_of(x: u32, mean: u32) -> f32 {
  var sum = 0.0;
  var d = 0u;
//# if VECTOR
  // Sixteen features are on their way at once.
  for (; d + 16u <= args.width; d += 16u) {
//# for n < 4
    let left_$n = load4_means(mean + d + ${4 * n}u);
    let right_$n = load4_x(x + d + ${4 * n}u);
//# end
//# for n < 4
//# for e < 4
    sum = fma(left_$n[$e], right_$n[$e], sum);
//# end
//# end
  }
  for (; d < args.width; d += 4u) {
    let left = load4_means(mean + d);
    let right = load4_x(x + d);
//# for e < 4
    sum = fma(left[$e], right[$e], sum);
//# end
  }
//# end
//# if !VECTOR
  for (; d < args.width; d++) {
    sum = fma(load_means(mean + d), load_x(x + d), sum);
  }
//# end
  return sum;
}

@compute @workgroup_size(LANES)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = group.y * groups.x + group.x;
  if (row >= args.rows) {
    return;
  }
  let first = row * TOKENS;
  // Neighbours score the same token.
  for (var pair = lane; pair < TOKENS * EXPERTS; pair += LANES) {
    let token = first + pair / EXPERTS;
    if (token < args.tokens) {
      ranks[pair] = rank_of(score_of(token * args.width, pair % EXPERTS * args.width));
    }
  }
  workgroupBarrier();
  let token = first + lane;
  if (lane >= TOKENS || token >= args.tokens) {
    return;
  }
  for (var slot = 0u; slot < args.slots; slot++) {
    var best = 0u;
    var best_rank = 0u;
    // Ties go to the lowest index.
    for (var expert = 0u; expert < EXPERTS; expert++) {
      let rank = ranks[lane * EXPERTS + expert];
      if (rank > best_rank) {
        best = expert;
        best_rank = rank;
      }
    }
    ranks[lane * EXPERTS + best] = 0u;
    store_experts(token * args.slots + slot, i32(best));
  }
}
