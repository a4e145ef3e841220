@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = index_of(id, groups);
  if (i >= args.count) {
    return;
  }
  let x = load_x(i);
  // Not max: that may swallow a NaN.
  let r = select(x, 0.0, x <= 0.0);
  store_out(i, r * r);
}
