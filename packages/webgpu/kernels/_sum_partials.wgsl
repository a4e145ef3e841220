// One workgroup sums up everything.
@compute @workgroup_size(LANES)
fn main(@builtin(local_invocation_index) lane: u32) {
  var own = 0.0;
  // Four loads are on their way at once; those behind the end count as zero.
  for (var i = lane; i < args.count; i += 4u * LANES) {
//# for n < 4
    let share_$n = load_partials(min(i + ${n}u * LANES, args.count - 1u));
//# end
//# for n < 4
    own += select(0.0, share_$n, i + ${n}u * LANES < args.count);
//# end
  }
  var scale = args.scale;
//# if FACTOR
  scale *= load_factor(0u);
//# end
  let total = scale * reduce_sum(lane, own);
  if (lane == 0u) {
//# if ACCUMULATE
    store_out(0u, load_out(0u) + total);
//# end
//# if !ACCUMULATE
    store_out(0u, total);
//# end
  }
}
