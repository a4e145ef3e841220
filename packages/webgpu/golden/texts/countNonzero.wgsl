// Written by deno task build:wgsl: countNonzero packed, sorted.
// fill

struct Args {
  out_offset: u32,
  integer: u32,
  width: u32,
  count: u32,
  value: f32,
}
@group(0) @binding(1) var<uniform> args: Args;
@group(0) @binding(0) var<storage, read_write> buffer0: array<i32>;

fn load_out(i: u32) -> i32 { return i32(buffer0[args.out_offset + i]); }
fn store_out(i: u32, value: i32) { buffer0[args.out_offset + i] = i32(value); }

// The number of an invocation among all of a launch that uses two dimensions only for want of room in the first.
fn index_of(id: vec3<u32>, groups: vec3<u32>) -> u32 {
  return id.y * groups.x * 64u + id.x;
}

// NaN is told by its bits: compilers may assume that no value is NaN.
fn is_nan(value: f32) -> bool {
  return (bitcast<u32>(value) & 0x7fffffffu) > 0x7f800000u;
}
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = index_of(id, groups);
  if (i >= args.count) {
    return;
  }
  update_unit(i);
}
alias Unit = i32;
fn load_out_unit(i: u32) -> Unit { return load_out(i); }
fn store_out_unit(i: u32, value: Unit) { store_out(i, value); }
fn update_unit(i: u32) {
  store_out_unit(i, Unit(i32(args.integer)));
}

// countNonzero
enable f16;
struct Args {
  x_offset: u32,
  offsets_offset: u32,
  out_offset: u32,
  count: u32,
  experts: u32,
  numerator: u32,
  denominator: u32,
  rows: u32,
}
@group(0) @binding(3) var<uniform> args: Args;
@group(0) @binding(0) var<storage, read> buffer0: array<vec2<u32>>;
@group(0) @binding(1) var<storage, read> buffer1: array<i32>;
@group(0) @binding(2) var<storage, read_write> buffer2: array<atomic<i32>>;
// f32 to the nearest half, ties to even, still as f32. WGSL leaves the rounding of conversions to the device, and some cut off
// (docs/log.md); what is a half already converts exactly everywhere.
fn nearest_half(x: f32) -> f32 {
  let bits = bitcast<u32>(x);
  let magnitude = bits & 0x7fffffffu;
  var nearest = (magnitude + 0xfffu + ((magnitude >> 13u) & 1u)) & 0xffffe000u;
  if (magnitude < 0x38800000u) {
    // Below 2^-14 halves are multiples of 2^-24.
    nearest = bitcast<u32>(round(bitcast<f32>(magnitude) * 16777216.0) / 16777216.0);
  }
  if (nearest >= 0x47800000u) {
    nearest = 0x7f800000u;
  }
  if (magnitude > 0x7f800000u) {
    nearest = magnitude;
  }
  return bitcast<f32>((bits & 0x80000000u) | nearest);
}

fn nearest_half2(x: vec2<f32>) -> vec2<f32> {
  return vec2<f32>(nearest_half(x.x), nearest_half(x.y));
}

fn nearest_half4(x: vec4<f32>) -> vec4<f32> {
  return vec4<f32>(nearest_half2(x.xy), nearest_half2(x.zw));
}
fn load4_x(i: u32) -> vec4<f32> { return vec4<f32>(unpack2x16float(buffer0[args.x_offset + i / 4u].x), unpack2x16float(buffer0[args.x_offset + i / 4u].y)); }

fn load_offsets(i: u32) -> i32 { return i32(buffer1[args.offsets_offset + i]); }

fn add_out(i: u32, value: i32) { atomicAdd(&buffer2[args.out_offset + i], value); }

const LANES: u32 = 256u;
const LOADS: u32 = 4u;
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
const WIDTH = 4u;

fn non_zeros(i: u32, end: u32) -> u32 {
  let bits = bitcast<vec4<u32>>(load4_x(min(i, args.count - 4u))) & vec4<u32>(0x7fffffffu);
  let counted = (bits != vec4<u32>(0u)) & (vec4<u32>(i, i + 1u, i + 2u, i + 3u) < vec4<u32>(end));
  let ones = select(vec4<u32>(0u), vec4<u32>(1u), counted);
  return ones.x + ones.y + ones.z + ones.w;
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
  let end = u32(load_offsets(args.experts)) * args.numerator / args.denominator;
  let first = (row * LANES * LOADS + lane) * WIDTH;
  var own = 0u;
  own += non_zeros(first + 0u * LANES * WIDTH, end);
  own += non_zeros(first + 1u * LANES * WIDTH, end);
  own += non_zeros(first + 2u * LANES * WIDTH, end);
  own += non_zeros(first + 3u * LANES * WIDTH, end);
  let total = reduce_sum(lane, f32(own));
  if (lane == 0u) {
    add_out(0u, i32(total));
  }
}
