// The sum of some rows of a cluster.
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = index_of(id, groups);
  if (i >= args.count) {
    return;
  }
  let d = i % args.width;
  let chunk = i / args.width;
  let cluster = chunk / args.chunks;
  let first = cluster * args.cluster_rows + chunk % args.chunks * args.chunk_rows;
  let end = min(first + args.chunk_rows, (cluster + 1u) * args.cluster_rows);
  var sum = 0.0;
  for (var row = first; row < end; row++) {
    sum += load_weights(row * args.width + d);
  }
  store_partials(i, sum);
}
