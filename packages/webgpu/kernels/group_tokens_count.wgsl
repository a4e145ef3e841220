var<workgroup> chosen: array<i32, LANES>;

// How many replicas of a chunk go to each expert; and the order is filled with -1, which is what padding keeps.
@compute @workgroup_size(LANES)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let chunk = group.y * groups.x + group.x;
  if (chunk >= args.rows) {
    return;
  }
  let replica = chunk * LANES + lane;
  for (var i = replica; i < args.capacity; i += args.chunks * LANES) {
    store_order(i, -1);
  }
  chosen[lane] = -1;
  if (replica < args.replicas) {
    chosen[lane] = load_experts(replica);
  }
  workgroupBarrier();
  for (var expert = lane; expert < args.expert_count; expert += LANES) {
    var total = 0;
    for (var other = 0u; other < LANES; other++) {
      total += select(0, 1, chosen[other] == i32(expert));
    }
    store_chunk_counts(expert * args.chunks + chunk, total);
  }
}
