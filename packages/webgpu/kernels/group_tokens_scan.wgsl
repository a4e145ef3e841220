// Turns the counts of all chunks into the row where each chunk's share of each segment starts. One workgroup.
@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) lane: u32) {
  for (var expert = lane; expert < args.expert_count; expert += 64u) {
    var total = 0;
    for (var chunk = 0u; chunk < args.chunks; chunk++) {
      total += load_chunk_counts(chunk * args.expert_count + expert);
    }
    store_counts(expert, total);
  }
  storageBarrier();
  workgroupBarrier();
  if (lane == 0u) {
    var start = 0;
    for (var expert = 0u; expert < args.expert_count; expert++) {
      store_offsets(expert, start);
      let align = i32(args.align_rows);
      start += (load_counts(expert) + align - 1) / align * align;
    }
    store_offsets(args.expert_count, start);
  }
  storageBarrier();
  workgroupBarrier();
  for (var expert = lane; expert < args.expert_count; expert += 64u) {
    var row = load_offsets(expert);
    for (var chunk = 0u; chunk < args.chunks; chunk++) {
      let place = chunk * args.expert_count + expert;
      let share = load_chunk_counts(place);
      store_chunk_counts(place, row);
      row += share;
    }
  }
}
