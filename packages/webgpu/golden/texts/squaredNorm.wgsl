// Written by deno task build:wgsl: squaredNorm 32 wide.
// squaredNorm chunks

struct Args {
  x_0_offset: u32,
  x_1_offset: u32,
  partials_offset: u32,
  first: u32,
  count_0: u32,
  end_0: u32,
  count_1: u32,
  end_1: u32,
  rows: u32,
}
@group(0) @binding(3) var<uniform> args: Args;
@group(0) @binding(0) var<storage, read> buffer0: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read> buffer1: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> buffer2: array<f32>;

fn load4_x_0(i: u32) -> vec4<f32> { return vec4<f32>(buffer0[args.x_0_offset + i / 4u]); }

fn load4_x_1(i: u32) -> vec4<f32> { return vec4<f32>(buffer1[args.x_1_offset + i / 4u]); }

fn load_partials(i: u32) -> f32 { return f32(buffer2[args.partials_offset + i]); }
fn store_partials(i: u32, value: f32) { buffer2[args.partials_offset + i] = f32(value); }

const LANES: u32 = 256u;
const TENSORS: u32 = 2u;
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
alias Unit = vec4<f32>;
const WIDTH = 4u;

fn share_of(x: Unit, sum: Unit) -> Unit {
  return fma(x, x, sum);
}

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
  var own = Unit();
  var before = 0u;
  if (row >= before && row < args.end_0) {
    let first = (row - before) * 4096u;
    let last = min(first + 4096u, args.count_0);
    for (var i = first + lane * WIDTH; i < last; i += LANES * WIDTH) {
      own = share_of(load4_x_0(i), own);
    }
  }
  before = args.end_0;
  if (row >= before && row < args.end_1) {
    let first = (row - before) * 4096u;
    let last = min(first + 4096u, args.count_1);
    for (var i = first + lane * WIDTH; i < last; i += LANES * WIDTH) {
      own = share_of(load4_x_1(i), own);
    }
  }
  before = args.end_1;
  let total = reduce_sum(lane, own.x + own.y + own.z + own.w);
  if (lane == 0u) {
    store_partials(args.first + row, total);
  }
}

// squaredNorm

struct Args {
  partials_offset: u32,
  out_offset: u32,
  count: u32,
  rows: u32,
  scale: f32,
}
@group(0) @binding(2) var<uniform> args: Args;
@group(0) @binding(0) var<storage, read> buffer0: array<f32>;
@group(0) @binding(1) var<storage, read_write> buffer1: array<f32>;

fn load_partials(i: u32) -> f32 { return f32(buffer0[args.partials_offset + i]); }

fn load_out(i: u32) -> f32 { return f32(buffer1[args.out_offset + i]); }
fn store_out(i: u32, value: f32) { buffer1[args.out_offset + i] = f32(value); }

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
@compute @workgroup_size(LANES)
fn main(@builtin(local_invocation_index) lane: u32) {
  var own = 0.0;
  // Four loads are on their way at once; those behind the end count as zero.
  for (var i = lane; i < args.count; i += 4u * LANES) {
    let share_0 = load_partials(min(i + 0u * LANES, args.count - 1u));
    let share_1 = load_partials(min(i + 1u * LANES, args.count - 1u));
    let share_2 = load_partials(min(i + 2u * LANES, args.count - 1u));
    let share_3 = load_partials(min(i + 3u * LANES, args.count - 1u));
    own += select(0.0, share_0, i + 0u * LANES < args.count);
    own += select(0.0, share_1, i + 1u * LANES < args.count);
    own += select(0.0, share_2, i + 2u * LANES < args.count);
    own += select(0.0, share_3, i + 3u * LANES < args.count);
  }
  var scale = args.scale;
  let total = scale * reduce_sum(lane, own);
  if (lane == 0u) {
    store_out(0u, total);
  }
}
