// Written by deno task build:wgsl: rmsNorm of a sum.
// add
enable f16;
struct Args {
  a_offset: u32,
  b_offset: u32,
  out_offset: u32,
  width: u32,
  count: u32,
}
@group(0) @binding(3) var<uniform> args: Args;
@group(0) @binding(0) var<storage, read> buffer0: array<vec2<u32>>;
@group(0) @binding(1) var<storage, read> buffer1: array<vec2<u32>>;
@group(0) @binding(2) var<storage, read_write> buffer2: array<vec2<u32>>;
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
fn load4_a(i: u32) -> vec4<f32> { return vec4<f32>(unpack2x16float(buffer0[args.a_offset + i / 4u].x), unpack2x16float(buffer0[args.a_offset + i / 4u].y)); }

fn load4_b(i: u32) -> vec4<f32> { return vec4<f32>(unpack2x16float(buffer1[args.b_offset + i / 4u].x), unpack2x16float(buffer1[args.b_offset + i / 4u].y)); }

fn load4_out(i: u32) -> vec4<f32> { return vec4<f32>(unpack2x16float(buffer2[args.out_offset + i / 4u].x), unpack2x16float(buffer2[args.out_offset + i / 4u].y)); }
fn store4_out(i: u32, value: vec4<f32>) { let halves = nearest_half4(value); buffer2[args.out_offset + i / 4u] = vec2<u32>(pack2x16float(halves.xy), pack2x16float(halves.zw)); }

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
alias Unit = vec4<f32>;
fn load_a_unit(i: u32) -> Unit { return load4_a(4u * i); }
fn load_b_unit(i: u32) -> Unit { return load4_b(4u * i); }
fn load_out_unit(i: u32) -> Unit { return load4_out(4u * i); }
fn store_out_unit(i: u32, value: Unit) { store4_out(4u * i, value); }
fn update_unit(i: u32) {
  store_out_unit(i, load_a_unit(i) + load_b_unit(i));
}

// rmsNorm
enable f16;
struct Args {
  x_offset: u32,
  weight_offset: u32,
  out_offset: u32,
  inverse_rms_offset: u32,
  width: u32,
  rows: u32,
  epsilon: f32,
  not_a_number: f32,
}
@group(0) @binding(4) var<uniform> args: Args;
@group(0) @binding(0) var<storage, read> buffer0: array<f16>;
@group(0) @binding(1) var<storage, read> buffer1: array<f32>;
@group(0) @binding(2) var<storage, read_write> buffer2: array<f16>;
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

fn load_weight(i: u32) -> f32 { return f32(buffer1[args.weight_offset + i]); }

fn load_out(i: u32) -> f32 { return f32(buffer2[args.out_offset + i]); }
fn store_out(i: u32, value: f32) { buffer2[args.out_offset + i] = f16(nearest_half(value)); }

fn load_inverse_rms(i: u32) -> f32 { return f32(buffer3[args.inverse_rms_offset + i]); }
fn store_inverse_rms(i: u32, value: f32) { buffer3[args.inverse_rms_offset + i] = f32(value); }

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
  var squares = 0.0;
  for (var d = lane; d < args.width; d += 64u) {
    let x = load_x(start + d);
    squares = fma(x, x, squares);
  }
  let total = reduce_sum(lane, squares);
  // What is not finite is told by its bits, as in is_nan.
  let is_finite = (bitcast<u32>(total) & 0x7fffffffu) < 0x7f800000u;
  let inverse = select(args.not_a_number, 1.0 / sqrt(total / f32(args.width) + args.epsilon), is_finite);
  if (lane == 0u) {
    store_inverse_rms(row, inverse);
  }
  for (var d = lane; d < args.width; d += 64u) {
    store_out(start + d, load_x(start + d) * inverse * load_weight(d));
  }
}
