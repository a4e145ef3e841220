// Puts the replicas of a chunk that go to one expert into their rows, in order.
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = index_of(id, groups);
  if (i >= args.count) {
    return;
  }
  let expert = i32(i % args.expert_count);
  let first = i / args.expert_count * args.chunk;
  let end = min(first + args.chunk, args.replicas);
  var row = load_chunk_counts(i);
  for (var replica = first; replica < end; replica++) {
    if (load_experts(replica) == expert) {
      store_order(u32(row), i32(replica));
      store_positions(replica, row);
      row++;
    }
  }
}
