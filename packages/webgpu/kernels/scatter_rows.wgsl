@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = index_of(id, groups);
  if (i >= args.count) {
    return;
  }
  let first = i / args.width * args.slots;
  // Widths and numbers are those of fours where rows are made of them.
//# if VECTOR
  var sum = vec4<f32>(0.0);
  for (var slot = first; slot < first + args.slots; slot++) {
    sum += load4_x(4u * (u32(load_positions(slot)) * args.width + i % args.width));
  }
  store4_out(4u * i, sum);
//# end
//# if !VECTOR
  var sum = 0.0;
  for (var slot = first; slot < first + args.slots; slot++) {
    sum += load_x(u32(load_positions(slot)) * args.width + i % args.width);
  }
  store_out(i, sum);
//# end
}
