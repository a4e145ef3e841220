@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = index_of(id, groups);
  if (i >= args.count) {
    return;
  }
  let replica = load_order(i / args.width);
  if (replica < 0) {
    store_out(i, 0.0);
    return;
  }
  store_out(i, load_x(u32(replica) / args.replicas * args.width + i % args.width));
}
