@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = index_of(id, groups);
  if (i >= args.count) {
    return;
  }
  let x = load_x(i);
  let r = select(x, 0.0, x <= 0.0);
  store_d_x(i, 2.0 * load_d_out(i) * r);
}
