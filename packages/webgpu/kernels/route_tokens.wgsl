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
  // An invocation scores TILE_TOKENS tokens with TILE_EXPERTS experts at once: every load serves several products.
  for (var tile = lane; tile < TOKENS / TILE_TOKENS * EXPERT_TILES; tile += LANES) {
    let token = tile / EXPERT_TILES * TILE_TOKENS;
    let expert = tile % EXPERT_TILES * TILE_EXPERTS;
//# for t < TILE_TOKENS
    let x_$t = min(row * TOKENS + token + ${t}u, args.tokens - 1u) * args.width;
//# end
//# for e < TILE_EXPERTS
    let mean_$e = min(expert + ${e}u, EXPERTS - 1u) * args.width;
//# end
//# for t < TILE_TOKENS
//# for e < TILE_EXPERTS
    var sum_${t}_$e = 0.0;
//# end
//# end
    // Features in ascending order, as products of matrices add up.
    var d = 0u;
//# if VECTOR
    // Sixteen features are on their way at once.
    for (; d + 16u <= args.width; d += 16u) {
//# for n < 4
//# for t < TILE_TOKENS
      let right_${n}_$t = load4_x(x_$t + d + ${4 * n}u);
//# end
//# for e < TILE_EXPERTS
      let left_${n}_$e = load4_means(mean_$e + d + ${4 * n}u);
//# end
//# end
//# for n < 4
//# for i < 4
//# for t < TILE_TOKENS
//# for e < TILE_EXPERTS
      sum_${t}_$e = fma(left_${n}_$e[$i], right_${n}_$t[$i], sum_${t}_$e);
//# end
//# end
//# end
//# end
    }
    for (; d < args.width; d += 4u) {
//# for t < TILE_TOKENS
      let right_$t = load4_x(x_$t + d);
//# end
//# for e < TILE_EXPERTS
      let left_$e = load4_means(mean_$e + d);
//# end
//# for i < 4
//# for t < TILE_TOKENS
//# for e < TILE_EXPERTS
      sum_${t}_$e = fma(left_$e[$i], right_$t[$i], sum_${t}_$e);
//# end
//# end
//# end
    }
//# end
//# if !VECTOR
    for (; d < args.width; d++) {
//# for t < TILE_TOKENS
      let right_$t = load_x(x_$t + d);
//# end
//# for e < TILE_EXPERTS
      let left_$e = load_means(mean_$e + d);
//# for t < TILE_TOKENS
      sum_${t}_$e = fma(left_$e, right_$t, sum_${t}_$e);
//# end
//# end
    }
//# end
//# for e < TILE_EXPERTS
    if (expert + ${e}u < EXPERTS) {
//# for t < TILE_TOKENS
      ranks[(token + ${t}u) * EXPERTS + expert + ${e}u] = rank_of(sum_${t}_$e);
//# end
    }
//# end
  }
  workgroupBarrier();
  for (var token = lane; token < min(TOKENS, args.tokens - row * TOKENS); token += LANES) {
    for (var slot = 0u; slot < args.slots; slot++) {
      var best = 0u;
      var best_rank = 0u;
      // Ties go to the lowest index.
      for (var expert = 0u; expert < EXPERTS; expert++) {
        let rank = ranks[token * EXPERTS + expert];
        if (rank > best_rank) {
          best = expert;
          best_rank = rank;
        }
      }
      ranks[token * EXPERTS + best] = 0u;
      store_experts((row * TOKENS + token) * args.slots + slot, i32(best));
    }
  }
}
