// The largest of the values of all invocations, as `reduce_sum` adds them.
//# if SUBGROUPS
fn reduce_max(lane: u32, value: f32) -> f32 {
  let size = subgroupAdd(1u);
  let rank = subgroupExclusiveAdd(1u);
  let share = subgroupMax(value);
  workgroupBarrier();
  lane_values[lane] = share;
  workgroupBarrier();
  var own = share;
  for (var first = 0u; first < LANES; first += size) {
    own = max(own, lane_values[min(first + rank, LANES - 1u)]);
  }
  return subgroupMax(own);
}
//# end
//# if !SUBGROUPS
fn reduce_max(lane: u32, value: f32) -> f32 {
  workgroupBarrier();
  lane_values[lane] = value;
  workgroupBarrier();
  for (var width = LANES / 2u; width > 0u; width /= 2u) {
    if (lane < width) {
      lane_values[lane] = max(lane_values[lane], lane_values[lane + width]);
    }
    workgroupBarrier();
  }
  return lane_values[0];
}
//# end
