// The sum of some rows of a cluster.
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = index_of(id, groups);
  if (i >= args.count) {
    return;
  }
  let d = i % args.width;
  let chunk = i / args.width;
  let cluster = chunk / CHUNKS;
  let end_of_cluster = (cluster + 1u) * args.cluster_rows;
  let first = cluster * args.cluster_rows + chunk % CHUNKS * args.chunk_rows;
  let end = min(first + args.chunk_rows, end_of_cluster);
  var sum = 0.0;
  // Eight rows are on their way at once; those behind the end count as zero.
  for (var row = first; row < end; row += 8u) {
//# for n < 8
    let row_$n = load_weights(min(row + ${n}u, end_of_cluster - 1u) * args.width + d);
//# end
//# for n < 8
    sum += select(0.0, row_$n, row + ${n}u < end);
//# end
  }
  store_partials(i, sum);
}
