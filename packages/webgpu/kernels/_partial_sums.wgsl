// One workgroup sums up 4096 elements (or their squares).
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
  let end = min((row + 1u) * 4096u, args.count);
  var own = 0.0;
  for (var i = row * 4096u + lane; i < end; i += 64u) {
    let x = load_x(i);
//# if SQUARED
    own = fma(x, x, own);
//# end
//# if !SQUARED
    own += x;
//# end
  }
  let total = reduce_sum(lane, own);
  if (lane == 0u) {
    store_partials(args.first + row, total);
  }
}
