// One invocation turns one pair.
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let pair = index_of(id, groups);
  if (pair >= args.count) {
    return;
  }
  let i = pair % args.half_width;
  let row = pair / args.half_width;
  let first = row * 2u * args.half_width + i;
  let second = first + args.half_width;
  let angle = ((row / args.heads) % args.sequence_length) * args.half_width + i;
  let c = load_cosines(angle);
  let s = args.direction * load_sines(angle);
  let a = load_x(first);
  let b = load_x(second);
  store_out(first, a * c - b * s);
  store_out(second, b * c + a * s);
}
