import { elementCount, type GroupTokensArguments } from "@beyond24/device";
import { launchRows } from "./_launch_rows.ts";
import { type Launcher, reads, writes } from "../_launch.ts";
import { wgsl } from "../_wgsl.ts";

/** How many replicas of a chunk go to each expert. */
const COUNT = wgsl`
  var<workgroup> chosen: array<i32, LANES>;

  // How many replicas of a chunk go to each expert; and the order is filled with -1, which is what padding keeps.
  @compute @workgroup_size(LANES)
  fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
  ) {
    let chunk = group.y * groups.x + group.x;
    if (chunk >= args.rows) {
      return;
    }
    let replica = chunk * LANES + lane;
    for (var i = replica; i < args.capacity; i += args.chunks * LANES) {
      store_order(i, -1);
    }
    chosen[lane] = -1;
    if (replica < args.replicas) {
      chosen[lane] = load_experts(replica);
    }
    workgroupBarrier();
    for (var expert = lane; expert < args.expert_count; expert += LANES) {
      var total = 0;
      for (var other = 0u; other < LANES; other++) {
        total += select(0, 1, chosen[other] == i32(expert));
      }
      store_chunk_counts(expert * args.chunks + chunk, total);
    }
  }
`;

/**
 * Turns the counts, by expert and chunk, into the replicas in front of each, and finds where the segments of the
 * experts start. One workgroup; each invocation has a run of counts.
 */
const SCAN = wgsl`
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
    // LANES experts at a time, behind the start rows of those before.
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
`;

/** Where the replicas of a chunk go. */
const PLACE = wgsl`
  var<workgroup> chosen: array<i32, LANES>;

  // Puts the replicas of a chunk into their rows, in order.
  @compute @workgroup_size(LANES)
  fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
  ) {
    let chunk = group.y * groups.x + group.x;
    if (chunk >= args.rows) {
      return;
    }
    let replica = chunk * LANES + lane;
    var own = -1;
    if (replica < args.replicas) {
      own = load_experts(replica);
    }
    chosen[lane] = own;
    workgroupBarrier();
    let expert = u32(own);
    if (expert >= args.expert_count) {
      if (replica < args.replicas) {
        store_positions(replica, -1);
      }
      return;
    }
    let segment = expert * args.chunks;
    // Behind those of the expert in the chunks before, and in this one.
    var row = load_offsets(expert) + load_firsts(segment + chunk) - load_firsts(segment);
    for (var other = 0u; other < lane; other++) {
      row += select(0, 1, chosen[other] == own);
    }
    if (args.spread != 0u) {
      // The four quarters of the segment are dealt in turn.
      let start = load_offsets(expert);
      let quarter = (load_offsets(expert + 1u) - start) / 4;
      let place = row - start;
      row = start + 4 * (place % quarter) + place / quarter;
    }
    store_order(u32(row), i32(replica));
    store_positions(replica, row);
  }
`;

/** Replicas that one workgroup counts and places, one an invocation. */
const CHUNK = 64;

/** A stable counting sort in three launches: count by chunk, scan, place. */
export function groupTokens(
  launcher: Launcher,
  { experts, order, positions, segments: { offsets, align }, counts, spread = false }: GroupTokensArguments,
): void {
  const replicas = elementCount(experts.shape);
  const [expertCount = 1] = counts.shape;
  const chunks = Math.max(1, Math.ceil(replicas / CHUNK));
  // By expert and chunk, with the sum of all behind them.
  const firsts = launcher.scratch("groupTokens", chunks * expertCount + 1, "i32");
  const integers = { replicas, expert_count: expertCount, chunks };
  const shape = { rows: chunks, lanes: CHUNK };
  launchRows(launcher, {
    kernel: "groupTokens count",
    text: [COUNT],
    tensors: { experts: reads(experts), chunk_counts: writes(firsts), order: writes(order) },
    integers: { ...integers, capacity: elementCount(order.shape) },
    ...shape,
  });
  launchRows(launcher, {
    kernel: "groupTokens scan",
    text: [SCAN],
    tensors: { firsts: writes(firsts), counts: writes(counts), offsets: writes(offsets) },
    integers: { expert_count: expertCount, chunks, align_rows: align },
    rows: 1,
    lanes: 256,
  });
  launchRows(launcher, {
    kernel: "groupTokens",
    text: [PLACE],
    tensors: {
      experts: reads(experts),
      firsts: reads(firsts),
      offsets: reads(offsets),
      order: writes(order),
      positions: writes(positions),
    },
    integers: { ...integers, spread: Number(spread) },
    ...shape,
  });
}
