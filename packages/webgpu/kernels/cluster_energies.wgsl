// One cluster's energy of one token: the sum over its probes of relu(y)^2, to scores [E, T].
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = index_of(id, groups);
  if (i >= args.count) {
    return;
  }
  let t = i / args.clusters;
  let e = i % args.clusters;
  var energy = 0.0;
  for (var p = 0u; p < args.probes; p++) {
    let y = load_y(i * args.probes + p);
    // As a choice and not as max(), which may drop a NaN.
    let positive = select(y, 0.0, y < 0.0);
    energy += positive * positive;
  }
  store_scores(e * args.tokens + t, energy);
}
