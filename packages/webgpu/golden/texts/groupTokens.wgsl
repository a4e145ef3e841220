// Written by deno task build:wgsl: groupTokens.
// groupTokens count

struct Args {
  experts_offset: u32,
  chunk_counts_offset: u32,
  order_offset: u32,
  replicas: u32,
  expert_count: u32,
  chunks: u32,
  capacity: u32,
  rows: u32,
}
@group(0) @binding(3) var<uniform> args: Args;
@group(0) @binding(0) var<storage, read> buffer0: array<i32>;
@group(0) @binding(1) var<storage, read_write> buffer1: array<i32>;
@group(0) @binding(2) var<storage, read_write> buffer2: array<i32>;

fn load_experts(i: u32) -> i32 { return i32(buffer0[args.experts_offset + i]); }

fn load_chunk_counts(i: u32) -> i32 { return i32(buffer1[args.chunk_counts_offset + i]); }
fn store_chunk_counts(i: u32, value: i32) { buffer1[args.chunk_counts_offset + i] = i32(value); }

fn load_order(i: u32) -> i32 { return i32(buffer2[args.order_offset + i]); }
fn store_order(i: u32, value: i32) { buffer2[args.order_offset + i] = i32(value); }

const LANES: u32 = 64u;
// The number of an invocation among all of a launch that uses two dimensions only for want of room in the first.
fn index_of(id: vec3<u32>, groups: vec3<u32>) -> u32 {
  return id.y * groups.x * 64u + id.x;
}

// NaN is told by its bits: compilers may assume that no value is NaN.
fn is_nan(value: f32) -> bool {
  return (bitcast<u32>(value) & 0x7fffffffu) > 0x7f800000u;
}
var<workgroup> lane_values: array<f32, LANES>;

// The sum of a value of every invocation, always in the same order. All invocations get it.
fn reduce_sum(lane: u32, value: f32) -> f32 {
  workgroupBarrier();
  lane_values[lane] = value;
  workgroupBarrier();
  for (var width = LANES / 2u; width > 0u; width /= 2u) {
    if (lane < width) {
      lane_values[lane] += lane_values[lane + width];
    }
    workgroupBarrier();
  }
  return lane_values[0];
}
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

// groupTokens scan

struct Args {
  firsts_offset: u32,
  counts_offset: u32,
  offsets_offset: u32,
  expert_count: u32,
  chunks: u32,
  align_rows: u32,
  rows: u32,
}
@group(0) @binding(3) var<uniform> args: Args;
@group(0) @binding(0) var<storage, read_write> buffer0: array<i32>;
@group(0) @binding(1) var<storage, read_write> buffer1: array<i32>;
@group(0) @binding(2) var<storage, read_write> buffer2: array<i32>;

fn load_firsts(i: u32) -> i32 { return i32(buffer0[args.firsts_offset + i]); }
fn store_firsts(i: u32, value: i32) { buffer0[args.firsts_offset + i] = i32(value); }

fn load_counts(i: u32) -> i32 { return i32(buffer1[args.counts_offset + i]); }
fn store_counts(i: u32, value: i32) { buffer1[args.counts_offset + i] = i32(value); }

fn load_offsets(i: u32) -> i32 { return i32(buffer2[args.offsets_offset + i]); }
fn store_offsets(i: u32, value: i32) { buffer2[args.offsets_offset + i] = i32(value); }

const LANES: u32 = 256u;
// The number of an invocation among all of a launch that uses two dimensions only for want of room in the first.
fn index_of(id: vec3<u32>, groups: vec3<u32>) -> u32 {
  return id.y * groups.x * 64u + id.x;
}

// NaN is told by its bits: compilers may assume that no value is NaN.
fn is_nan(value: f32) -> bool {
  return (bitcast<u32>(value) & 0x7fffffffu) > 0x7f800000u;
}
var<workgroup> lane_values: array<f32, LANES>;

// The sum of a value of every invocation, always in the same order. All invocations get it.
fn reduce_sum(lane: u32, value: f32) -> f32 {
  workgroupBarrier();
  lane_values[lane] = value;
  workgroupBarrier();
  for (var width = LANES / 2u; width > 0u; width /= 2u) {
    if (lane < width) {
      lane_values[lane] += lane_values[lane + width];
    }
    workgroupBarrier();
  }
  return lane_values[0];
}
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

// groupTokens

struct Args {
  experts_offset: u32,
  firsts_offset: u32,
  offsets_offset: u32,
  order_offset: u32,
  positions_offset: u32,
  replicas: u32,
  expert_count: u32,
  chunks: u32,
  rows: u32,
}
@group(0) @binding(5) var<uniform> args: Args;
@group(0) @binding(0) var<storage, read> buffer0: array<i32>;
@group(0) @binding(1) var<storage, read> buffer1: array<i32>;
@group(0) @binding(2) var<storage, read> buffer2: array<i32>;
@group(0) @binding(3) var<storage, read_write> buffer3: array<i32>;
@group(0) @binding(4) var<storage, read_write> buffer4: array<i32>;

fn load_experts(i: u32) -> i32 { return i32(buffer0[args.experts_offset + i]); }

fn load_firsts(i: u32) -> i32 { return i32(buffer1[args.firsts_offset + i]); }

fn load_offsets(i: u32) -> i32 { return i32(buffer2[args.offsets_offset + i]); }

fn load_order(i: u32) -> i32 { return i32(buffer3[args.order_offset + i]); }
fn store_order(i: u32, value: i32) { buffer3[args.order_offset + i] = i32(value); }

fn load_positions(i: u32) -> i32 { return i32(buffer4[args.positions_offset + i]); }
fn store_positions(i: u32, value: i32) { buffer4[args.positions_offset + i] = i32(value); }

const LANES: u32 = 64u;
// The number of an invocation among all of a launch that uses two dimensions only for want of room in the first.
fn index_of(id: vec3<u32>, groups: vec3<u32>) -> u32 {
  return id.y * groups.x * 64u + id.x;
}

// NaN is told by its bits: compilers may assume that no value is NaN.
fn is_nan(value: f32) -> bool {
  return (bitcast<u32>(value) & 0x7fffffffu) > 0x7f800000u;
}
var<workgroup> lane_values: array<f32, LANES>;

// The sum of a value of every invocation, always in the same order. All invocations get it.
fn reduce_sum(lane: u32, value: f32) -> f32 {
  workgroupBarrier();
  lane_values[lane] = value;
  workgroupBarrier();
  for (var width = LANES / 2u; width > 0u; width /= 2u) {
    if (lane < width) {
      lane_values[lane] += lane_values[lane + width];
    }
    workgroupBarrier();
  }
  return lane_values[0];
}
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
  store_order(u32(row), i32(replica));
  store_positions(replica, row);
}
