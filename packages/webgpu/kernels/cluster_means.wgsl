// The sum of the rows of a cluster: its direction is that of the mean.
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = index_of(id, groups);
  if (i >= args.count) {
    return;
  }
  let d = i % args.width;
  let first = i / args.width * args.cluster_rows;
  var sum = 0.0;
  for (var row = first; row < first + args.cluster_rows; row++) {
    sum += load_weights(row * args.width + d);
  }
  store_means(i, sum);
}
