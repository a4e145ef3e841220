// The part of one token's energy, from scores [E, T], that its experts hold.
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let t = index_of(id, groups);
  if (t >= args.count) {
    return;
  }
  var total = 0.0;
  for (var e = 0u; e < args.clusters; e++) {
    total += load_scores(e * args.count + t);
  }
  var held = 0.0;
  for (var slot = 0u; slot < args.slots; slot++) {
    held += load_scores(u32(load_experts(t * args.slots + slot)) * args.count + t);
  }
  store_share(t, select(held / total, 1.0, total == 0.0 || is_nan(total)));
}
