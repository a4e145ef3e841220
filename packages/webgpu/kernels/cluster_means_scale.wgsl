// The sum of a cluster, whose direction is that of its mean, scaled to unit length.

// A power of two that brings numbers up to `largest` near 1, so that their squares are neither too large nor too small.
fn power_for(largest: f32) -> f32 {
  let exponent = (bitcast<u32>(largest) >> 23u) & 255u;
  return bitcast<f32>(clamp(254u - min(exponent, 253u), 1u, 253u) << 23u);
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
  let start = row * args.width;
  var own_largest = 0.0;
  for (var d = lane; d < args.width; d += LANES) {
    let first = row * CHUNKS * args.width + d;
//# for n < CHUNKS
    let chunk_$n = load_partials(first + ${n}u * args.width);
//# end
    var sum = 0.0;
//# for n < CHUNKS
    sum += chunk_$n;
//# end
    store_means(start + d, sum);
    own_largest = max(own_largest, abs(sum));
  }
  let power = power_for(reduce_max(lane, own_largest));
  var own = 0.0;
  for (var d = lane; d < args.width; d += LANES) {
    let sum = load_means(start + d) * power;
    own = fma(sum, sum, own);
  }
  let squares = reduce_sum(lane, own);
  let factor = select(0.0, 1.0 / sqrt(squares), squares > 0.0);
  for (var d = lane; d < args.width; d += LANES) {
    store_means(start + d, load_means(start + d) * power * factor);
  }
}
