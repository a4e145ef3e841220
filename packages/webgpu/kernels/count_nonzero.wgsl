//# if VECTOR
const WIDTH = 4u;

fn non_zeros(i: u32, end: u32) -> u32 {
  let bits = bitcast<vec4<u32>>(load4_x(min(i, args.count - 4u))) & vec4<u32>(0x7fffffffu);
  let counted = (bits != vec4<u32>(0u)) & (vec4<u32>(i, i + 1u, i + 2u, i + 3u) < vec4<u32>(end));
  let ones = select(vec4<u32>(0u), vec4<u32>(1u), counted);
  return ones.x + ones.y + ones.z + ones.w;
}
//# end
//# if !VECTOR
const WIDTH = 1u;

fn non_zeros(i: u32, end: u32) -> u32 {
  let bits = bitcast<u32>(load_x(min(i, args.count - 1u))) & 0x7fffffffu;
  return select(0u, 1u, bits != 0u && i < end);
}
//# end

// One workgroup counts in a few thousand elements; whole numbers add up to the same in any order, and so few of them exactly
// as floats, too. All loads are on their way at once: none waits for a test of its place.
@compute @workgroup_size(LANES)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = group.y * groups.x + group.x;
  if (row >= args.rows) {
    return;
  }
//# if SORTED
  let end = u32(load_offsets(args.experts)) * args.numerator / args.denominator;
//# end
//# if !SORTED
  let end = args.count;
//# end
  let first = (row * LANES * LOADS + lane) * WIDTH;
  var own = 0u;
//# for n < LOADS
  own += non_zeros(first + ${n}u * LANES * WIDTH, end);
//# end
  let total = reduce_sum(lane, f32(own));
  if (lane == 0u) {
    add_out(0u, i32(total));
  }
}
