@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = group.y * groups.x + group.x;
  if (row >= args.rows) {
    return;
  }
  let start = row * args.width;
  let inverse = load_inverse_rms(row);
  var dot = 0.0;
  for (var d = lane; d < args.width; d += 64u) {
    dot += load_d_out(start + d) * load_weight(d) * (load_x(start + d) * inverse);
  }
  let mean = reduce_sum(lane, dot) / f32(args.width);
  for (var d = lane; d < args.width; d += 64u) {
    let normalized = load_x(start + d) * inverse;
    let gradient = inverse * (load_d_out(start + d) * load_weight(d) - normalized * mean);
//# if ACCUMULATE
    store_d_x(start + d, load_d_x(start + d) + gradient);
//# end
//# if !ACCUMULATE
    store_d_x(start + d, gradient);
//# end
  }
}
