// The best experts of one token from its scores [E, T]; a NaN is the lowest score, ties go to the lowest index.
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let t = index_of(id, groups);
  if (t >= args.count) {
    return;
  }
  for (var slot = 0u; slot < args.slots; slot++) {
    var best = -1;
    var best_score = 0.0;
    for (var expert = 0; expert < i32(args.expert_count); expert++) {
      var is_taken = false;
      for (var earlier = 0u; earlier < slot; earlier++) {
        is_taken = is_taken || load_experts(t * args.slots + earlier) == expert;
      }
      let score = load_scores(u32(expert) * args.count + t);
      let counted = select(score, -3.402823e38, is_nan(score) || score < -3.402823e38);
      if (!is_taken && (best < 0 || counted > best_score)) {
        best = expert;
        best_score = counted;
      }
    }
    store_experts(t * args.slots + slot, best);
  }
}
