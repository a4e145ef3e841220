var<workgroup> lane_values: array<f32, LANES>;

// The sum of a value of every invocation, always in the same order. All invocations get it.
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
