// One workgroup sums up everything.
@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) lane: u32) {
  var own = 0.0;
  for (var i = lane; i < args.count; i += 64u) {
    own += load_partials(i);
  }
  let total = args.scale * reduce_sum(lane, own);
  if (lane == 0u) {
//# if ACCUMULATE
    store_out(0u, load_out(0u) + total);
//# end
//# if !ACCUMULATE
    store_out(0u, total);
//# end
  }
}
