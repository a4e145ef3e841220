// One workgroup sums up 4096 elements (or their squares) of one of a few tensors: tensor t has the rows before `end_t`.
fn share_of(x: f32, sum: f32) -> f32 {
//# if SQUARED
  return fma(x, x, sum);
//# end
//# if !SQUARED
  return sum + x;
//# end
}

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
  var own = 0.0;
  var before = 0u;
//# for t < TENSORS
  if (row >= before && row < args.end_$t) {
    let first = (row - before) * 4096u;
    let last = min(first + 4096u, args.count_$t);
    for (var i = first + lane; i < last; i += 64u) {
      own = share_of(load_x_$t(i), own);
    }
  }
  before = args.end_$t;
//# end
  let total = reduce_sum(lane, own);
  if (lane == 0u) {
    store_partials(args.first + row, total);
  }
}
