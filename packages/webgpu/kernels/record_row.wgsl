// One workgroup writes some of the values of a row; the last launch of a row moves the cursor.
@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) lane: u32) {
  let cursor = load_cursor(0u);
  let start = u32(cursor) % args.rows * args.width;
//# for t < TENSORS
  for (var i = lane; i < args.count_$t; i += 64u) {
    store_ring(start + args.first_$t + i, f32(load_values_$t(i)));
  }
//# end
//# if ADVANCES
  // All have read it.
  storageBarrier();
  if (lane == 0u) {
    store_cursor(0u, cursor + 1);
  }
//# end
}
