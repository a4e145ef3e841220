// Turns the counts, by expert and chunk, into the replicas in front of each, and finds where the segments of the experts start.
// One workgroup; each invocation has a run of counts.
var<workgroup> sums: array<array<i32, LANES>, 2>;
var<workgroup> sum_of_all: i32;

// The sum of the values up to and with that of a lane.
fn sum_through(lane: u32, value: i32) -> i32 {
  // Two sides, so that a round needs one barrier: what is read in it is not written.
  var side = 0u;
  var sum = value;
  workgroupBarrier();
  sums[0][lane] = sum;
  workgroupBarrier();
  for (var width = 1u; width < LANES; width *= 2u) {
    if (lane >= width) {
      sum += sums[side][lane - width];
    }
    side = 1u - side;
    sums[side][lane] = sum;
    workgroupBarrier();
  }
  if (lane == LANES - 1u) {
    sum_of_all = sum;
  }
  workgroupBarrier();
  return sum;
}

@compute @workgroup_size(LANES)
fn main(@builtin(local_invocation_index) lane: u32) {
  let count = args.chunks * args.expert_count;
  let run = (count + LANES - 1u) / LANES;
  let first = lane * run;
  let end = min(first + run, count);
  var own = 0;
  for (var i = first; i < end; i++) {
    own += load_firsts(i);
  }
  let through = sum_through(lane, own);
  var sum = through - own;
  for (var i = first; i < end; i++) {
    let share = load_firsts(i);
    store_firsts(i, sum);
    sum += share;
  }
  if (lane == LANES - 1u) {
    store_firsts(count, through);
  }
  storageBarrier();
  workgroupBarrier();
  // LANES experts at a time, behind the `start` rows of those before.
  if (lane == 0u) {
    store_offsets(0u, 0);
  }
  var start = 0;
  let align = i32(args.align_rows);
  for (var base = 0u; base < args.expert_count; base += LANES) {
    let expert = base + lane;
    var total = 0;
    if (expert < args.expert_count) {
      total = load_firsts((expert + 1u) * args.chunks) - load_firsts(expert * args.chunks);
      store_counts(expert, total);
    }
    let rows = (total + align - 1) / align * align;
    let rows_through = sum_through(lane, rows);
    if (expert < args.expert_count) {
      store_offsets(expert + 1u, start + rows_through);
    }
    start += sum_of_all;
  }
}
