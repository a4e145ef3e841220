// For every token: the next place of the same token, or -1; and whether it is the first place.
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let t = index_of(id, groups);
  if (t >= args.count) {
    return;
  }
  let token = load_tokens(t);
  var next = t + 1u;
  while (next < args.count && load_tokens(next) != token) {
    next++;
  }
  var before = t;
  while (before > 0u && load_tokens(before - 1u) != token) {
    before--;
  }
  store_links(t, select(-1, i32(next), next < args.count));
  store_firsts(t, select(0, 1, before == 0u));
}
