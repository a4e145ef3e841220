var<workgroup> counts: array<u32, 64>;

// One workgroup counts in 4096 elements; whole numbers add up to the same in any order.
@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = group.y * groups.x + group.x;
//# if SORTED
  let end_of_all = u32(load_offsets(args.experts)) * args.numerator / args.denominator;
//# end
//# if !SORTED
  let end_of_all = args.count;
//# end
  let end = min((row + 1u) * 4096u, end_of_all);
  var own = 0u;
  for (var i = row * 4096u + lane; i < end; i += 64u) {
    own += select(0u, 1u, (bitcast<u32>(load_x(i)) & 0x7fffffffu) != 0u);
  }
  counts[lane] = own;
  workgroupBarrier();
  if (lane == 0u) {
    var total = 0u;
    for (var i = 0u; i < 64u; i++) {
      total += counts[i];
    }
    add_out(0u, i32(total));
  }
}
