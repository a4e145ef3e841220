var<workgroup> chosen: array<i32, LANES>;

// Puts the replicas of a chunk into their rows, in order.
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
  var own = -1;
  if (replica < args.replicas) {
    own = load_experts(replica);
  }
  chosen[lane] = own;
  workgroupBarrier();
  let expert = u32(own);
  if (expert >= args.expert_count) {
    if (replica < args.replicas) {
      store_positions(replica, -1);
    }
    return;
  }
  let segment = expert * args.chunks;
  // Behind those of the expert in the chunks before, and in this one.
  var row = load_offsets(expert) + load_firsts(segment + chunk) - load_firsts(segment);
  for (var other = 0u; other < lane; other++) {
    row += select(0, 1, chosen[other] == own);
  }
  store_order(u32(row), i32(replica));
  store_positions(replica, row);
}
