// The gradient of the gains over a chunk of rows.
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = index_of(id, groups);
  if (i >= args.count) {
    return;
  }
  let d = i % args.width;
  let first = i / args.width * args.chunk_rows;
  let end = min(first + args.chunk_rows, args.rows);
  var sum = 0.0;
  for (var row = first; row < end; row++) {
    sum += load_d_out(row * args.width + d) * load_x(row * args.width + d) * load_inverse_rms(row);
  }
  store_partials(i, sum);
}
