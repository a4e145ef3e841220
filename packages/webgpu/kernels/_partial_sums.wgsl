// One workgroup sums up 4096 elements (or their squares) of one of a few tensors: tensor t has the rows before `end_t`.
//# if VECTOR
alias Unit = vec4<f32>;
const WIDTH = 4u;
//# end
//# if !VECTOR
alias Unit = f32;
const WIDTH = 1u;
//# end

fn share_of(x: Unit, sum: Unit) -> Unit {
//# if SQUARED
  return fma(x, x, sum);
//# end
//# if !SQUARED
  return sum + x;
//# end
}

@compute @workgroup_size(LANES)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = group.y * groups.x + group.x;
  if (row >= args.rows) {
    return;
  }
  var own = Unit();
  var before = 0u;
//# for t < TENSORS
  if (row >= before && row < args.end_$t) {
    let first = (row - before) * 4096u;
    let last = min(first + 4096u, args.count_$t);
    for (var i = first + lane * WIDTH; i < last; i += LANES * WIDTH) {
//# if VECTOR
      own = share_of(load4_x_$t(i), own);
//# end
//# if !VECTOR
      own = share_of(load_x_$t(i), own);
//# end
    }
  }
  before = args.end_$t;
//# end
//# if VECTOR
  let total = reduce_sum(lane, own.x + own.y + own.z + own.w);
//# end
//# if !VECTOR
  let total = reduce_sum(lane, own);
//# end
  if (lane == 0u) {
    store_partials(args.first + row, total);
  }
}
