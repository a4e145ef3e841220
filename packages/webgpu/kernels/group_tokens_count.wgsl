// How many replicas of a chunk go to an expert.
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = index_of(id, groups);
  if (i >= args.count) {
    return;
  }
  let expert = i32(i % args.expert_count);
  let first = i / args.expert_count * args.chunk;
  let end = min(first + args.chunk, args.replicas);
  var total = 0;
  for (var replica = first; replica < end; replica++) {
    total += select(0, 1, load_experts(replica) == expert);
  }
  store_chunk_counts(i, total);
}
