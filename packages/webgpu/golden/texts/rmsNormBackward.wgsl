// Written by deno task build:wgsl: rmsNormBackward added.
// rmsNormBackward weight
enable f16;
struct Args {
  x_offset: u32,
  inverse_rms_offset: u32,
  d_out_offset: u32,
  partials_offset: u32,
  rows: u32,
  width: u32,
  chunk_rows: u32,
  count: u32,
}
@group(0) @binding(4) var<uniform> args: Args;
@group(0) @binding(0) var<storage, read> buffer0: array<f16>;
@group(0) @binding(1) var<storage, read> buffer1: array<f32>;
@group(0) @binding(2) var<storage, read> buffer2: array<f16>;
@group(0) @binding(3) var<storage, read_write> buffer3: array<f32>;
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
fn load_x(i: u32) -> f32 { return f32(buffer0[args.x_offset + i]); }

fn load_inverse_rms(i: u32) -> f32 { return f32(buffer1[args.inverse_rms_offset + i]); }

fn load_d_out(i: u32) -> f32 { return f32(buffer2[args.d_out_offset + i]); }

fn load_partials(i: u32) -> f32 { return f32(buffer3[args.partials_offset + i]); }
fn store_partials(i: u32, value: f32) { buffer3[args.partials_offset + i] = f32(value); }

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
  let d = i % args.width;
  let first = i / args.width * args.chunk_rows;
  let end = min(first + args.chunk_rows, args.rows);
  var sum = 0.0;
  for (var row = first; row < end; row++) {
    sum += load_d_out(row * args.width + d) * load_x(row * args.width + d) * load_inverse_rms(row);
  }
  store_partials(i, sum);
}

// rmsNormBackward weight sum

struct Args {
  partials_offset: u32,
  out_offset: u32,
  rows: u32,
  count: u32,
}
@group(0) @binding(2) var<uniform> args: Args;
@group(0) @binding(0) var<storage, read> buffer0: array<f32>;
@group(0) @binding(1) var<storage, read_write> buffer1: array<f32>;

fn load_partials(i: u32) -> f32 { return f32(buffer0[args.partials_offset + i]); }

fn load_out(i: u32) -> f32 { return f32(buffer1[args.out_offset + i]); }
fn store_out(i: u32, value: f32) { buffer1[args.out_offset + i] = f32(value); }

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
  let d = index_of(id, groups);
  if (d >= args.count) {
    return;
  }
  var sum = 0.0;
  for (var row = 0u; row < args.rows; row++) {
    sum += load_partials(row * args.count + d);
  }
  store_out(d, load_out(d) + sum);
}

// rmsNormBackward
enable f16;
struct Args {
  x_offset: u32,
  weight_offset: u32,
  inverse_rms_offset: u32,
  d_out_offset: u32,
  d_x_offset: u32,
  width: u32,
  rows: u32,
}
@group(0) @binding(5) var<uniform> args: Args;
@group(0) @binding(0) var<storage, read> buffer0: array<f16>;
@group(0) @binding(1) var<storage, read> buffer1: array<f32>;
@group(0) @binding(2) var<storage, read> buffer2: array<f32>;
@group(0) @binding(3) var<storage, read> buffer3: array<f16>;
@group(0) @binding(4) var<storage, read_write> buffer4: array<f16>;
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
fn load_x(i: u32) -> f32 { return f32(buffer0[args.x_offset + i]); }

fn load_weight(i: u32) -> f32 { return f32(buffer1[args.weight_offset + i]); }

fn load_inverse_rms(i: u32) -> f32 { return f32(buffer2[args.inverse_rms_offset + i]); }

fn load_d_out(i: u32) -> f32 { return f32(buffer3[args.d_out_offset + i]); }

fn load_d_x(i: u32) -> f32 { return f32(buffer4[args.d_x_offset + i]); }
fn store_d_x(i: u32, value: f32) { buffer4[args.d_x_offset + i] = f16(nearest_half(value)); }

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
@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = group.y * groups.x + group.x;
  if (row >= args.rows) {
    return;
  }
  let start = row * args.width;
  let inverse = load_inverse_rms(row);
  var dot = 0.0;
  for (var d = lane; d < args.width; d += 64u) {
    dot += load_d_out(start + d) * load_weight(d) * (load_x(start + d) * inverse);
  }
  let mean = reduce_sum(lane, dot) / f32(args.width);
  for (var d = lane; d < args.width; d += 64u) {
    let normalized = load_x(start + d) * inverse;
    let gradient = inverse * (load_d_out(start + d) * load_weight(d) - normalized * mean);
    store_d_x(start + d, load_d_x(start + d) + gradient);
  }
}
