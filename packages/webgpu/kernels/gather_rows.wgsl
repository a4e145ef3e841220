@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = index_of(id, groups);
  if (i >= args.count) {
    return;
  }
  // Widths and numbers are those of fours where rows are made of them.
  let replica = load_order(i / args.width);
//# if VECTOR
  if (replica < 0) {
    store4_out(4u * i, vec4<f32>(0.0));
    return;
  }
  store4_out(4u * i, load4_x(4u * (u32(replica) / args.replicas * args.width + i % args.width)));
//# end
//# if !VECTOR
  if (replica < 0) {
    store_out(i, 0.0);
    return;
  }
  store_out(i, load_x(u32(replica) / args.replicas * args.width + i % args.width));
//# end
}
