// Written by deno task build:wgsl: attentionBackward heads of 8.
// attentionBackward delta
enable f16;
struct Args {
  d_out_offset: u32,
  out_offset: u32,
  delta_offset: u32,
  length: u32,
  heads: u32,
  count: u32,
}
@group(0) @binding(3) var<uniform> args: Args;
@group(0) @binding(0) var<storage, read> buffer0: array<f16>;
@group(0) @binding(1) var<storage, read> buffer1: array<f16>;
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
fn load_d_out(i: u32) -> f32 { return f32(buffer0[args.d_out_offset + i]); }

fn load_out(i: u32) -> f32 { return f32(buffer1[args.out_offset + i]); }

fn load_delta(i: u32) -> f32 { return f32(buffer2[args.delta_offset + i]); }
fn store_delta(i: u32, value: f32) { buffer2[args.delta_offset + i] = f32(value); }

const HEAD_DIM: u32 = 8u;
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
  let position = i % args.length;
  let head = i / args.length % args.heads;
  let sequence = i / args.length / args.heads;
  let start = ((sequence * args.length + position) * args.heads + head) * HEAD_DIM;
  var sum = 0.0;
  for (var d = 0u; d < HEAD_DIM; d++) {
    sum = fma(load_d_out(start + d), load_out(start + d), sum);
  }
  store_delta(i, sum);
}

// attentionBackward queries
enable f16;
struct Args {
  log_sum_exp_offset: u32,
  delta_offset: u32,
  q_offset: u32,
  k_offset: u32,
  v_offset: u32,
  d_out_offset: u32,
  d_q_offset: u32,
  length: u32,
  heads: u32,
  key_heads: u32,
  scale: f32,
}
@group(0) @binding(7) var<uniform> args: Args;
@group(0) @binding(0) var<storage, read> buffer0: array<f32>;
@group(0) @binding(1) var<storage, read> buffer1: array<f32>;
@group(0) @binding(2) var<storage, read> buffer2: array<vec2<u32>>;
@group(0) @binding(3) var<storage, read> buffer3: array<vec2<u32>>;
@group(0) @binding(4) var<storage, read> buffer4: array<vec2<u32>>;
@group(0) @binding(5) var<storage, read> buffer5: array<vec2<u32>>;
@group(0) @binding(6) var<storage, read_write> buffer6: array<vec2<u32>>;
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
fn load_log_sum_exp(i: u32) -> f32 { return f32(buffer0[args.log_sum_exp_offset + i]); }

fn load_delta(i: u32) -> f32 { return f32(buffer1[args.delta_offset + i]); }

fn load4_q(i: u32) -> vec4<f32> { return vec4<f32>(unpack2x16float(buffer2[args.q_offset + i / 4u].x), unpack2x16float(buffer2[args.q_offset + i / 4u].y)); }

fn load4_k(i: u32) -> vec4<f32> { return vec4<f32>(unpack2x16float(buffer3[args.k_offset + i / 4u].x), unpack2x16float(buffer3[args.k_offset + i / 4u].y)); }

fn load4_v(i: u32) -> vec4<f32> { return vec4<f32>(unpack2x16float(buffer4[args.v_offset + i / 4u].x), unpack2x16float(buffer4[args.v_offset + i / 4u].y)); }

fn load4_d_out(i: u32) -> vec4<f32> { return vec4<f32>(unpack2x16float(buffer5[args.d_out_offset + i / 4u].x), unpack2x16float(buffer5[args.d_out_offset + i / 4u].y)); }

fn load4_d_q(i: u32) -> vec4<f32> { return vec4<f32>(unpack2x16float(buffer6[args.d_q_offset + i / 4u].x), unpack2x16float(buffer6[args.d_q_offset + i / 4u].y)); }
fn store4_d_q(i: u32, value: vec4<f32>) { let halves = nearest_half4(value); buffer6[args.d_q_offset + i / 4u] = vec2<u32>(pack2x16float(halves.xy), pack2x16float(halves.zw)); }

const LANES: u32 = 8u;
const QUERIES: u32 = 2u;
const KEYS: u32 = 2u;
const HEAD_DIM: u32 = 8u;
const FOURS: u32 = 2u;
fn place_of(id: vec3<u32>, groups: vec3<u32>) -> vec3<u32> {
  return id;
}

fn is_in_grid(place: vec3<u32>) -> bool {
  return true;
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
fn four_q(base: u32, d: u32) -> vec4<f32> {
  return load4_q(base + 4u * d);
}
fn four_k(base: u32, d: u32) -> vec4<f32> {
  return load4_k(base + 4u * d);
}
fn four_v(base: u32, d: u32) -> vec4<f32> {
  return load4_v(base + 4u * d);
}
fn four_d_out(base: u32, d: u32) -> vec4<f32> {
  return load4_d_out(base + 4u * d);
}
fn put_d_q(base: u32, d: u32, value: vec4<f32>) {
  store4_d_q(base + 4u * d, value);
}
@compute @workgroup_size(LANES)
fn main(
  @builtin(workgroup_id) id: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let group = place_of(id, groups);
  if (!is_in_grid(group)) {
    return;
  }
  let head = group.y % args.heads;
  let sequence = group.y / args.heads;
  let first = (group.x * LANES + lane) * QUERIES;
  if (first >= args.length) {
    return;
  }
  let stride = args.heads * HEAD_DIM;
  let key_stride = args.key_heads * HEAD_DIM;
  let key_base = sequence * args.length * key_stride + head * args.key_heads / args.heads * HEAD_DIM;
  let position_0 = min(first + 0u, args.length - 1u);
  let row_0 = (sequence * args.length + position_0) * stride + head * HEAD_DIM;
  let logarithm_0 = load_log_sum_exp(group.y * args.length + position_0);
  let delta_0 = load_delta(group.y * args.length + position_0);
  var sum_0_0 = vec4<f32>(0.0);
  var sum_0_1 = vec4<f32>(0.0);
  let position_1 = min(first + 1u, args.length - 1u);
  let row_1 = (sequence * args.length + position_1) * stride + head * HEAD_DIM;
  let logarithm_1 = load_log_sum_exp(group.y * args.length + position_1);
  let delta_1 = load_delta(group.y * args.length + position_1);
  var sum_1_0 = vec4<f32>(0.0);
  var sum_1_1 = vec4<f32>(0.0);
  let last = min(first + QUERIES, args.length) - 1u;
  for (var key = 0u; key <= last; key += KEYS) {
    let key_row_0 = key_base + min(key + 0u, last) * key_stride;
    var score_0_0 = 0.0;
    var slope_0_0 = 0.0;
    var score_1_0 = 0.0;
    var slope_1_0 = 0.0;
    let key_row_1 = key_base + min(key + 1u, last) * key_stride;
    var score_0_1 = 0.0;
    var slope_0_1 = 0.0;
    var score_1_1 = 0.0;
    var slope_1_1 = 0.0;
    for (var d = 0u; d < FOURS; d++) {
      let q_0 = four_q(row_0, d);
      let d_out_0 = four_d_out(row_0, d);
      let q_1 = four_q(row_1, d);
      let d_out_1 = four_d_out(row_1, d);
      let k_0 = four_k(key_row_0, d);
      let v_0 = four_v(key_row_0, d);
      score_0_0 += dot(q_0, k_0);
      slope_0_0 += dot(d_out_0, v_0);
      score_1_0 += dot(q_1, k_0);
      slope_1_0 += dot(d_out_1, v_0);
      let k_1 = four_k(key_row_1, d);
      let v_1 = four_v(key_row_1, d);
      score_0_1 += dot(q_0, k_1);
      slope_0_1 += dot(d_out_0, v_1);
      score_1_1 += dot(q_1, k_1);
      slope_1_1 += dot(d_out_1, v_1);
    }
    let weight_0_0 = select(
      0.0, exp_of(score_0_0 * args.scale - logarithm_0), key + 0u <= position_0);
    let d_score_0_0 = args.scale * weight_0_0 * (slope_0_0 - delta_0);
    let weight_0_1 = select(
      0.0, exp_of(score_0_1 * args.scale - logarithm_0), key + 1u <= position_0);
    let d_score_0_1 = args.scale * weight_0_1 * (slope_0_1 - delta_0);
    let weight_1_0 = select(
      0.0, exp_of(score_1_0 * args.scale - logarithm_1), key + 0u <= position_1);
    let d_score_1_0 = args.scale * weight_1_0 * (slope_1_0 - delta_1);
    let weight_1_1 = select(
      0.0, exp_of(score_1_1 * args.scale - logarithm_1), key + 1u <= position_1);
    let d_score_1_1 = args.scale * weight_1_1 * (slope_1_1 - delta_1);
    {
      let k_0 = four_k(key_row_0, 0u);
      sum_0_0 = fma(vec4<f32>(d_score_0_0), k_0, sum_0_0);
      sum_1_0 = fma(vec4<f32>(d_score_1_0), k_0, sum_1_0);
      let k_1 = four_k(key_row_1, 0u);
      sum_0_0 = fma(vec4<f32>(d_score_0_1), k_1, sum_0_0);
      sum_1_0 = fma(vec4<f32>(d_score_1_1), k_1, sum_1_0);
    }
    {
      let k_0 = four_k(key_row_0, 1u);
      sum_0_1 = fma(vec4<f32>(d_score_0_0), k_0, sum_0_1);
      sum_1_1 = fma(vec4<f32>(d_score_1_0), k_0, sum_1_1);
      let k_1 = four_k(key_row_1, 1u);
      sum_0_1 = fma(vec4<f32>(d_score_0_1), k_1, sum_0_1);
      sum_1_1 = fma(vec4<f32>(d_score_1_1), k_1, sum_1_1);
    }
  }
  if (first + 0u < args.length) {
    put_d_q(row_0, 0u, sum_0_0);
    put_d_q(row_0, 1u, sum_0_1);
  }
  if (first + 1u < args.length) {
    put_d_q(row_1, 0u, sum_1_0);
    put_d_q(row_1, 1u, sum_1_1);
  }
}

// attentionBackward keys
enable f16;
struct Args {
  log_sum_exp_offset: u32,
  delta_offset: u32,
  q_offset: u32,
  k_offset: u32,
  v_offset: u32,
  d_out_offset: u32,
  d_k_offset: u32,
  d_v_offset: u32,
  length: u32,
  heads: u32,
  key_heads: u32,
  scale: f32,
}
@group(0) @binding(8) var<uniform> args: Args;
@group(0) @binding(0) var<storage, read> buffer0: array<f32>;
@group(0) @binding(1) var<storage, read> buffer1: array<f32>;
@group(0) @binding(2) var<storage, read> buffer2: array<vec2<u32>>;
@group(0) @binding(3) var<storage, read> buffer3: array<vec2<u32>>;
@group(0) @binding(4) var<storage, read> buffer4: array<vec2<u32>>;
@group(0) @binding(5) var<storage, read> buffer5: array<vec2<u32>>;
@group(0) @binding(6) var<storage, read_write> buffer6: array<vec2<u32>>;
@group(0) @binding(7) var<storage, read_write> buffer7: array<vec2<u32>>;
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
fn load_log_sum_exp(i: u32) -> f32 { return f32(buffer0[args.log_sum_exp_offset + i]); }

fn load_delta(i: u32) -> f32 { return f32(buffer1[args.delta_offset + i]); }

fn load4_q(i: u32) -> vec4<f32> { return vec4<f32>(unpack2x16float(buffer2[args.q_offset + i / 4u].x), unpack2x16float(buffer2[args.q_offset + i / 4u].y)); }

fn load4_k(i: u32) -> vec4<f32> { return vec4<f32>(unpack2x16float(buffer3[args.k_offset + i / 4u].x), unpack2x16float(buffer3[args.k_offset + i / 4u].y)); }

fn load4_v(i: u32) -> vec4<f32> { return vec4<f32>(unpack2x16float(buffer4[args.v_offset + i / 4u].x), unpack2x16float(buffer4[args.v_offset + i / 4u].y)); }

fn load4_d_out(i: u32) -> vec4<f32> { return vec4<f32>(unpack2x16float(buffer5[args.d_out_offset + i / 4u].x), unpack2x16float(buffer5[args.d_out_offset + i / 4u].y)); }

fn load4_d_k(i: u32) -> vec4<f32> { return vec4<f32>(unpack2x16float(buffer6[args.d_k_offset + i / 4u].x), unpack2x16float(buffer6[args.d_k_offset + i / 4u].y)); }
fn store4_d_k(i: u32, value: vec4<f32>) { let halves = nearest_half4(value); buffer6[args.d_k_offset + i / 4u] = vec2<u32>(pack2x16float(halves.xy), pack2x16float(halves.zw)); }

fn load4_d_v(i: u32) -> vec4<f32> { return vec4<f32>(unpack2x16float(buffer7[args.d_v_offset + i / 4u].x), unpack2x16float(buffer7[args.d_v_offset + i / 4u].y)); }
fn store4_d_v(i: u32, value: vec4<f32>) { let halves = nearest_half4(value); buffer7[args.d_v_offset + i / 4u] = vec2<u32>(pack2x16float(halves.xy), pack2x16float(halves.zw)); }

const LANES: u32 = 8u;
const QUERIES: u32 = 2u;
const KEYS: u32 = 1u;
const HEAD_DIM: u32 = 8u;
const FOURS: u32 = 2u;
fn place_of(id: vec3<u32>, groups: vec3<u32>) -> vec3<u32> {
  return id;
}

fn is_in_grid(place: vec3<u32>) -> bool {
  return true;
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
fn four_q(base: u32, d: u32) -> vec4<f32> {
  return load4_q(base + 4u * d);
}
fn four_k(base: u32, d: u32) -> vec4<f32> {
  return load4_k(base + 4u * d);
}
fn four_v(base: u32, d: u32) -> vec4<f32> {
  return load4_v(base + 4u * d);
}
fn four_d_out(base: u32, d: u32) -> vec4<f32> {
  return load4_d_out(base + 4u * d);
}
fn put_d_k(base: u32, d: u32, value: vec4<f32>) {
  store4_d_k(base + 4u * d, value);
}
fn put_d_v(base: u32, d: u32, value: vec4<f32>) {
  store4_d_v(base + 4u * d, value);
}
@compute @workgroup_size(LANES)
fn main(
  @builtin(workgroup_id) id: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let group = place_of(id, groups);
  if (!is_in_grid(group)) {
    return;
  }
  let key_head = group.y % args.key_heads;
  let sequence = group.y / args.key_heads;
  let first = (group.x * LANES + lane) * KEYS;
  if (first >= args.length) {
    return;
  }
  let stride = args.heads * HEAD_DIM;
  let key_stride = args.key_heads * HEAD_DIM;
  let shared_by = args.heads / args.key_heads;
  let position_0 = min(first + 0u, args.length - 1u);
  let key_row_0 = (sequence * args.length + position_0) * key_stride + key_head * HEAD_DIM;
  var d_k_0_0 = vec4<f32>(0.0);
  var d_v_0_0 = vec4<f32>(0.0);
  var d_k_0_1 = vec4<f32>(0.0);
  var d_v_0_1 = vec4<f32>(0.0);
  for (var own = 0u; own < shared_by; own++) {
    let head = key_head * shared_by + own;
    let base = sequence * args.length * stride + head * HEAD_DIM;
    let statistics = (sequence * args.heads + head) * args.length;
    for (var query = first; query < args.length; query += QUERIES) {
      let place_0 = min(query + 0u, args.length - 1u);
      let row_0 = base + place_0 * stride;
      var score_0_0 = 0.0;
      var slope_0_0 = 0.0;
      let place_1 = min(query + 1u, args.length - 1u);
      let row_1 = base + place_1 * stride;
      var score_1_0 = 0.0;
      var slope_1_0 = 0.0;
      for (var d = 0u; d < FOURS; d++) {
        let k_0 = four_k(key_row_0, d);
        let v_0 = four_v(key_row_0, d);
        let q_0 = four_q(row_0, d);
        let d_out_0 = four_d_out(row_0, d);
        score_0_0 += dot(q_0, k_0);
        slope_0_0 += dot(d_out_0, v_0);
        let q_1 = four_q(row_1, d);
        let d_out_1 = four_d_out(row_1, d);
        score_1_0 += dot(q_1, k_0);
        slope_1_0 += dot(d_out_1, v_0);
      }
      let logarithm_0 = load_log_sum_exp(statistics + place_0);
      let delta_0 = load_delta(statistics + place_0);
      let sees_0_0 = query + 0u < args.length && position_0 <= query + 0u;
      let weight_0_0 = select(0.0, exp_of(score_0_0 * args.scale - logarithm_0), sees_0_0);
      let d_score_0_0 = args.scale * weight_0_0 * (slope_0_0 - delta_0);
      let logarithm_1 = load_log_sum_exp(statistics + place_1);
      let delta_1 = load_delta(statistics + place_1);
      let sees_1_0 = query + 1u < args.length && position_0 <= query + 1u;
      let weight_1_0 = select(0.0, exp_of(score_1_0 * args.scale - logarithm_1), sees_1_0);
      let d_score_1_0 = args.scale * weight_1_0 * (slope_1_0 - delta_1);
      {
        let q_0 = four_q(row_0, 0u);
        let d_out_0 = four_d_out(row_0, 0u);
        d_k_0_0 = fma(vec4<f32>(d_score_0_0), q_0, d_k_0_0);
        d_v_0_0 = fma(vec4<f32>(weight_0_0), d_out_0, d_v_0_0);
        let q_1 = four_q(row_1, 0u);
        let d_out_1 = four_d_out(row_1, 0u);
        d_k_0_0 = fma(vec4<f32>(d_score_1_0), q_1, d_k_0_0);
        d_v_0_0 = fma(vec4<f32>(weight_1_0), d_out_1, d_v_0_0);
      }
      {
        let q_0 = four_q(row_0, 1u);
        let d_out_0 = four_d_out(row_0, 1u);
        d_k_0_1 = fma(vec4<f32>(d_score_0_0), q_0, d_k_0_1);
        d_v_0_1 = fma(vec4<f32>(weight_0_0), d_out_0, d_v_0_1);
        let q_1 = four_q(row_1, 1u);
        let d_out_1 = four_d_out(row_1, 1u);
        d_k_0_1 = fma(vec4<f32>(d_score_1_0), q_1, d_k_0_1);
        d_v_0_1 = fma(vec4<f32>(weight_1_0), d_out_1, d_v_0_1);
      }
    }
  }
  if (first + 0u < args.length) {
    put_d_k(key_row_0, 0u, d_k_0_0);
    put_d_v(key_row_0, 0u, d_v_0_0);
    put_d_k(key_row_0, 1u, d_k_0_1);
    put_d_v(key_row_0, 1u, d_v_0_1);
  }
}
