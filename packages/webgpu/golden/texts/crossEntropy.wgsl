// Written by deno task build:wgsl: crossEntropy without gradient.
// crossEntropy
enable f16;
struct Args {
  logits_offset: u32,
  targets_offset: u32,
  losses_offset: u32,
  vocabulary: u32,
  classes: u32,
  rows: u32,
  scale: f32,
  not_a_number: f32,
}
@group(0) @binding(3) var<uniform> args: Args;
@group(0) @binding(0) var<storage, read> buffer0: array<f16>;
@group(0) @binding(1) var<storage, read> buffer1: array<i32>;
@group(0) @binding(2) var<storage, read_write> buffer2: array<f32>;
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
fn load_logits(i: u32) -> f32 { return f32(buffer0[args.logits_offset + i]); }

fn load_targets(i: u32) -> i32 { return i32(buffer1[args.targets_offset + i]); }

fn load_losses(i: u32) -> f32 { return f32(buffer2[args.losses_offset + i]); }
fn store_losses(i: u32, value: f32) { buffer2[args.losses_offset + i] = f32(value); }

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
// The largest of the values of all invocations.
fn reduce_max(lane: u32, value: f32) -> f32 {
  workgroupBarrier();
  lane_values[lane] = value;
  workgroupBarrier();
  for (var width = LANES / 2u; width > 0u; width /= 2u) {
    if (lane < width) {
      lane_values[lane] = max(lane_values[lane], lane_values[lane + width]);
    }
    workgroupBarrier();
  }
  return lane_values[0];
}
// exp and log by polynomials (Cephes): what drivers offer differs by thousands of units in the last place.
fn exp_of(value: f32) -> f32 {
  let x = clamp(value, -87.0, 88.0);
  let n = floor(fma(x, 1.44269504, 0.5));
  let r = fma(n, 2.12194440e-4, fma(n, -0.693359375, x));
  var p = fma(1.9875691500e-4, r, 1.3981999507e-3);
  p = fma(p, r, 8.3334519073e-3);
  p = fma(p, r, 4.1665795894e-2);
  p = fma(p, r, 1.6666665459e-1);
  p = fma(p, r, 5.0000001201e-1);
  let result = fma(p * r, r, r) + 1.0;
  let scaled = result * bitcast<f32>((i32(n) + 127) << 23u);
  // Bounds may swallow a NaN, which is told by its bits.
  let is_number = (bitcast<u32>(value) & 0x7fffffffu) <= 0x7f800000u;
  return select(value, select(scaled, 0.0, value < -87.0), is_number);
}

// For positive, normal numbers; infinity and NaN stay.
fn log_of(value: f32) -> f32 {
  let bits = bitcast<u32>(value);
  var exponent = f32(i32(bits >> 23u) - 126);
  var m = bitcast<f32>((bits & 0x007fffffu) | 0x3f000000u);
  if (m < 0.707106781) {
    exponent -= 1.0;
    m = m + m;
  }
  let x = m - 1.0;
  let z = x * x;
  var p = fma(7.0376836292e-2, x, -1.1514610310e-1);
  p = fma(p, x, 1.1676998740e-1);
  p = fma(p, x, -1.2420140846e-1);
  p = fma(p, x, 1.4249322787e-1);
  p = fma(p, x, -1.6668057665e-1);
  p = fma(p, x, 2.0000714765e-1);
  p = fma(p, x, -2.4999993993e-1);
  p = fma(p, x, 3.3333331174e-1);
  let y = fma(exponent, -2.12194440e-4, p * x * z) - 0.5 * z;
  return select(value, fma(exponent, 0.693359375, x + y), bits < 0x7f800000u);
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
  let start = row * args.vocabulary;
  var own_largest = -3.0e38;
  for (var i = lane; i < args.classes; i += 64u) {
    own_largest = max(own_largest, load_logits(start + i));
  }
  let largest = reduce_max(lane, own_largest);
  var own_total = 0.0;
  for (var i = lane; i < args.classes; i += 64u) {
    own_total += exp_of(load_logits(start + i) - largest);
  }
  let total = reduce_sum(lane, own_total);
  let target_token = load_targets(row);
  let fits = u32(target_token) < args.classes;
  // Of a row that counts nothing, whatever its scores are, or that has no such target.
  let other = select(args.not_a_number, 0.0, target_token == -1);
  if (lane == 0u) {
    var loss = other;
    if (fits) {
      // The largest is taken off first: it may dwarf the difference.
      loss = log_of(total) + (largest - load_logits(start + u32(target_token)));
    }
    store_losses(row, loss);
  }
}
