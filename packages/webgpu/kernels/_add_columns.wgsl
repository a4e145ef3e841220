// out += the sum of the rows of partials.
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let d = index_of(id, groups);
  if (d >= args.count) {
    return;
  }
  var sum = 0.0;
  for (var row = 0u; row < args.rows; row++) {
    sum += load_partials(row * args.count + d);
  }
  store_out(d, load_out(d) + sum);
}
