// Written by deno task build:wgsl: cachedAttention heads of 8.
// cachedAttention
enable f16;
struct Args {
  q_offset: u32,
  keys_offset: u32,
  values_offset: u32,
  out_offset: u32,
  places_offset: u32,
  length: u32,
  capacity: u32,
  heads: u32,
  key_heads: u32,
  rows: u32,
  scale: f32,
  not_a_number: f32,
}
@group(0) @binding(5) var<uniform> args: Args;
@group(0) @binding(0) var<storage, read> buffer0: array<vec2<u32>>;
@group(0) @binding(1) var<storage, read> buffer1: array<vec2<u32>>;
@group(0) @binding(2) var<storage, read> buffer2: array<vec2<u32>>;
@group(0) @binding(3) var<storage, read_write> buffer3: array<vec2<u32>>;
@group(0) @binding(4) var<storage, read> buffer4: array<i32>;
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
fn load4_q(i: u32) -> vec4<f32> { return vec4<f32>(unpack2x16float(buffer0[args.q_offset + i / 4u].x), unpack2x16float(buffer0[args.q_offset + i / 4u].y)); }

fn load4_keys(i: u32) -> vec4<f32> { return vec4<f32>(unpack2x16float(buffer1[args.keys_offset + i / 4u].x), unpack2x16float(buffer1[args.keys_offset + i / 4u].y)); }

fn load4_values(i: u32) -> vec4<f32> { return vec4<f32>(unpack2x16float(buffer2[args.values_offset + i / 4u].x), unpack2x16float(buffer2[args.values_offset + i / 4u].y)); }

fn load4_out(i: u32) -> vec4<f32> { return vec4<f32>(unpack2x16float(buffer3[args.out_offset + i / 4u].x), unpack2x16float(buffer3[args.out_offset + i / 4u].y)); }
fn store4_out(i: u32, value: vec4<f32>) { let halves = nearest_half4(value); buffer3[args.out_offset + i / 4u] = vec2<u32>(pack2x16float(halves.xy), pack2x16float(halves.zw)); }

fn load_places(i: u32) -> i32 { return i32(buffer4[args.places_offset + i]); }

const LANES: u32 = 64u;
const HEAD_DIM: u32 = 8u;
const FOURS: u32 = 2u;
const GROUPS: u32 = 32u;
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
fn four_q(base: u32, d: u32) -> vec4<f32> {
  return load4_q(base + 4u * d);
}
fn four_keys(base: u32, d: u32) -> vec4<f32> {
  return load4_keys(base + 4u * d);
}
fn four_values(base: u32, d: u32) -> vec4<f32> {
  return load4_values(base + 4u * d);
}
fn put_out(base: u32, d: u32, value: vec4<f32>) {
  store4_out(base + 4u * d, value);
}
var<workgroup> shared_place: i32;
var<workgroup> weights: array<f32, LANES>;
var<workgroup> parts: array<vec4<f32>, LANES>;

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
  if (lane == 0u) {
    shared_place = load_places(row / args.heads);
  }
  let place = u32(workgroupUniformLoad(&shared_place));
  let query = row * HEAD_DIM;
  if (place >= args.capacity) {
    if (lane < FOURS) {
      put_out(query, lane, vec4<f32>(args.not_a_number));
    }
    return;
  }
  let stride = args.key_heads * HEAD_DIM;
  let visible = place % args.length + 1u;
  let base = (place + 1u - visible) * stride + row % args.heads * args.key_heads / args.heads * HEAD_DIM;
  let four = lane % FOURS;
  let part = lane / FOURS;
  var largest = -3.0e38;
  var total = 0.0;
  var sum = vec4<f32>(0.0);
  for (var first = 0u; first < visible; first += LANES) {
    let sees = first + lane < visible;
    var score = 0.0;
    let key = base + min(first + lane, visible - 1u) * stride;
    for (var d = 0u; d < FOURS; d++) {
      score += dot(four_q(query, d), four_keys(key, d));
    }
    score = select(-3.0e38, score * args.scale, sees);
    let before = largest;
    largest = max(before, reduce_max(lane, score));
    let decay = exp_of(before - largest);
    let weight = select(0.0, exp_of(score - largest), sees);
    weights[lane] = weight;
    total = total * decay + reduce_sum(lane, weight);
    sum *= decay;
    let count = min(LANES, visible - first);
    if (part < GROUPS) {
      for (var j = part; j < count; j += GROUPS) {
        sum = fma(vec4<f32>(weights[j]), four_values(base + (first + j) * stride, four), sum);
      }
    }
  }
  parts[lane] = sum;
  workgroupBarrier();
  if (lane < FOURS) {
    for (var other = 1u; other < GROUPS; other++) {
      sum += parts[other * FOURS + lane];
    }
    put_out(query, lane, sum / total);
  }
}
