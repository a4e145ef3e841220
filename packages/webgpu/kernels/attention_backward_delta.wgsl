// dOut · out of one query of one head.
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = index_of(id, groups);
  if (i >= args.count) {
    return;
  }
  let position = i % args.length;
  let head = i / args.length % args.heads;
  let sequence = i / args.length / args.heads;
  let start = ((sequence * args.length + position) * args.heads + head) * HEAD_DIM;
  var sum = 0.0;
  for (var d = 0u; d < HEAD_DIM; d++) {
    sum = fma(load_d_out(start + d), load_out(start + d), sum);
  }
  store_delta(i, sum);
}
