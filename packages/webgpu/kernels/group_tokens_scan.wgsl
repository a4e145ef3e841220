// Turns the counts of all chunks into the row where each chunk's share of each segment starts. One workgroup; each invocation
// has a run of chunks.
var<workgroup> sums: array<i32, 64>;

// The sum of the values up to and with that of a lane.
fn sum_through(lane: u32, value: i32) -> i32 {
  workgroupBarrier();
  sums[lane] = value;
  workgroupBarrier();
  for (var width = 1u; width < 64u; width *= 2u) {
    var before = 0;
    if (lane >= width) {
      before = sums[lane - width];
    }
    workgroupBarrier();
    sums[lane] += before;
    workgroupBarrier();
  }
  return sums[lane];
}

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) lane: u32) {
  let run = (args.chunks + 63u) / 64u;
  let first = lane * run;
  let end = min(first + run, args.chunks);
  let align = i32(args.align_rows);
  var start = 0;
  for (var expert = 0u; expert < args.expert_count; expert++) {
    var own = 0;
    for (var chunk = first; chunk < end; chunk++) {
      own += load_chunk_counts(chunk * args.expert_count + expert);
    }
    var row = start + sum_through(lane, own) - own;
    let total = sums[63];
    if (lane == 0u) {
      store_counts(expert, total);
      store_offsets(expert, start);
    }
    for (var chunk = first; chunk < end; chunk++) {
      let place = chunk * args.expert_count + expert;
      let share = load_chunk_counts(place);
      store_chunk_counts(place, row);
      row += share;
    }
    start += (total + align - 1) / align * align;
  }
  if (lane == 0u) {
    store_offsets(args.expert_count, start);
  }
}
