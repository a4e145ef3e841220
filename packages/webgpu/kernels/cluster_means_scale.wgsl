// The sum of a cluster, whose direction is that of its mean, scaled to unit length.
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
  var own = 0.0;
  for (var d = lane; d < args.width; d += 64u) {
    var sum = 0.0;
    for (var chunk = 0u; chunk < args.chunks; chunk++) {
      sum += load_partials((row * args.chunks + chunk) * args.width + d);
    }
    store_means(start + d, sum);
    own = fma(sum, sum, own);
  }
  let squares = reduce_sum(lane, own);
  let factor = select(0.0, 1.0 / sqrt(squares), squares > 0.0);
  for (var d = lane; d < args.width; d += 64u) {
    store_means(start + d, load_means(start + d) * factor);
  }
}
