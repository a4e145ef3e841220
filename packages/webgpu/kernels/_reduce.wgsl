var<workgroup> lane_values: array<f32, LANES>;

// The sum of a value of every invocation, always in the same order. All invocations get it.
//# if SUBGROUPS
// Which invocations form a subgroup does not matter, nor how many do: they count themselves, and the first of each leaves their
// sum at its own place. Assumed is that all of them are active, which uniform control flow gives.
fn reduce_sum(lane: u32, value: f32) -> f32 {
  let size = subgroupAdd(1u);
  let rank = subgroupExclusiveAdd(1u);
  let share = subgroupAdd(value);
  workgroupBarrier();
  lane_values[lane] = select(0.0, share, rank == 0u);
  workgroupBarrier();
  var own = 0.0;
  for (var first = 0u; first < LANES; first += size) {
    let other = first + rank;
    own += select(0.0, lane_values[min(other, LANES - 1u)], other < LANES);
  }
  return subgroupAdd(own);
}
//# end
//# if !SUBGROUPS
fn reduce_sum(lane: u32, value: f32) -> f32 {
  workgroupBarrier();
  lane_values[lane] = value;
  workgroupBarrier();
  for (var width = LANES / 2u; width > 0u; width /= 2u) {
    if (lane < width) {
      lane_values[lane] += lane_values[lane + width];
    }
    workgroupBarrier();
  }
  return lane_values[0];
}
//# end
