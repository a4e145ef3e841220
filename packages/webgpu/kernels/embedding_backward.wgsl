// The first place of a token collects the gradients of all its places, in order.
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = index_of(id, groups);
  if (i >= args.count) {
    return;
  }
  let d = i % args.width;
  let first = i / args.width;
  if (load_firsts(first) == 0 || u32(load_tokens(first)) >= args.vocabulary) {
    return;
  }
  let target_index = u32(load_tokens(first)) * args.width + d;
  var sum = load_d_table(target_index);
  var t = i32(first);
  while (t >= 0) {
    sum += load_d_out(u32(t) * args.width + d);
    t = load_links(u32(t));
  }
  store_d_table(target_index, sum);
}
