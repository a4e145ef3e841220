// Written by deno task build:wgsl: matmul plain.
// matmul
enable f16;
struct Args {
  a_offset: u32,
  b_offset: u32,
  out_offset: u32,
  a_stride: u32,
  b_stride: u32,
  out_stride: u32,
  rows: u32,
  columns: u32,
  depth: u32,
}
@group(0) @binding(3) var<uniform> args: Args;
@group(0) @binding(0) var<storage, read> buffer0: array<vec2<u32>>;
@group(0) @binding(1) var<storage, read> buffer1: array<vec4<f32>>;
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

fn load4_b(i: u32) -> vec4<f32> { return vec4<f32>(buffer1[args.b_offset + i / 4u]); }

fn load4_out(i: u32) -> vec4<f32> { return vec4<f32>(unpack2x16float(buffer2[args.out_offset + i / 4u].x), unpack2x16float(buffer2[args.out_offset + i / 4u].y)); }
fn store4_out(i: u32, value: vec4<f32>) { let halves = nearest_half4(value); buffer2[args.out_offset + i / 4u] = vec2<u32>(pack2x16float(halves.xy), pack2x16float(halves.zw)); }

const LANES: u32 = 64u;
const LANES_X: u32 = 8u;
const LANES_Y: u32 = 8u;
const ROWS: u32 = 4u;
const COLS: u32 = 4u;
const SLICE: u32 = 32u;
const A_PARTS: u32 = 64u;
const B_PARTS: u32 = 64u;
const PARTS: u32 = 2u;
const A_GROUPS: u32 = 8u;
const B_GROUPS: u32 = 8u;
const FOURS: u32 = 8u;
const TURN: u32 = 1u;
const UNROLL: u32 = 2u;
fn place_of(id: vec3<u32>, groups: vec3<u32>) -> vec3<u32> {
  return id;
}

fn is_in_grid(place: vec3<u32>) -> bool {
  return true;
}
// Where a row of the product goes; negative for nowhere.
fn result_row(row: u32) -> i32 {
  return i32(row);
}

fn store_four(i: u32, value: vec4<f32>) {
  store4_out(i, value);
}
// What one workgroup computes: lines a_first to a_end of the left operand times lines b_first to b_end of the right one,
// both from their first element of the sum on, depth elements deep.
struct Plan {
  a_first: u32,
  a_end: u32,
  a_inner: u32,
  b_first: u32,
  b_end: u32,
  b_inner: u32,
  depth: u32,
  out_row: u32,
  out_column: u32,
}

// The nibbles of eight lines that start at line shift of the first of two words.
fn funnel(low: u32, high: u32, shift: u32) -> u32 {
  return (low >> (4u * shift)) | select(0u, high << (4u * (8u - shift)), shift > 0u);
}

// A group of four from its two stored values.
fn spread(slots: vec2<f32>, nibble: u32) -> vec4<f32> {
  let places = vec4<u32>(0u, 1u, 2u, 3u);
  return select(
    select(vec4<f32>(0.0), vec4<f32>(slots.y), places == vec4<u32>((nibble >> 2u) & 3u)),
    vec4<f32>(slots.x), places == vec4<u32>(nibble & 3u));
}
var<workgroup> a_tile: array<array<array<vec4<f32>, A_GROUPS>, 4>, FOURS>;
var<workgroup> b_tile: array<array<array<vec4<f32>, B_GROUPS>, 4>, FOURS>;

fn turn(fours: u32) -> u32 {
  return (fours * TURN) & 7u;
}

// An invocation loads parts of four elements of the sum times four lines: neighbouring parts are neighbours in memory.
fn a_place(part: u32) -> vec2<u32> {
  return vec2<u32>(part % FOURS, part / FOURS);
}

fn b_place(part: u32) -> vec2<u32> {
  return vec2<u32>(part / B_GROUPS, part % B_GROUPS);
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
  let plan = plan_tile(group, 4u * A_GROUPS, 4u * B_GROUPS);
  if (plan.a_first >= plan.a_end) {
    return;
  }
  let last = max(plan.depth, 1u) - 1u;
  let lane_y = lane / LANES_X;
  let lane_x = lane % LANES_X;
  var sum_0_0 = 0.0;
  var sum_0_1 = 0.0;
  var sum_0_2 = 0.0;
  var sum_0_3 = 0.0;
  var sum_1_0 = 0.0;
  var sum_1_1 = 0.0;
  var sum_1_2 = 0.0;
  var sum_1_3 = 0.0;
  var sum_2_0 = 0.0;
  var sum_2_1 = 0.0;
  var sum_2_2 = 0.0;
  var sum_2_3 = 0.0;
  var sum_3_0 = 0.0;
  var sum_3_1 = 0.0;
  var sum_3_2 = 0.0;
  var sum_3_3 = 0.0;
  var next_0_0 = vec4<f32>(0.0);
  var next_0_1 = vec4<f32>(0.0);
  var next_0_2 = vec4<f32>(0.0);
  var next_0_3 = vec4<f32>(0.0);
  var next_1_0 = vec4<f32>(0.0);
  var next_1_1 = vec4<f32>(0.0);
  var next_1_2 = vec4<f32>(0.0);
  var next_1_3 = vec4<f32>(0.0);
  let slices = (plan.depth + SLICE - 1u) / SLICE;
  for (var slice = 0u; slice <= slices; slice++) {
    let part_0 = lane + 0u * LANES;
    if (part_0 < A_PARTS) {
      let place = a_place(part_0);
      let k = slice * SLICE + 4u * place.x;
      let a_first = plan.a_first + 4u * place.y;
      if (k < plan.depth) {
        let a_start_0 = min(a_first + 0u, plan.a_end - 1u) * args.a_stride + plan.a_inner;
        let a_0 = load4_a(a_start_0 + k);
        let a_start_1 = min(a_first + 1u, plan.a_end - 1u) * args.a_stride + plan.a_inner;
        let a_1 = load4_a(a_start_1 + k);
        let a_start_2 = min(a_first + 2u, plan.a_end - 1u) * args.a_stride + plan.a_inner;
        let a_2 = load4_a(a_start_2 + k);
        let a_start_3 = min(a_first + 3u, plan.a_end - 1u) * args.a_stride + plan.a_inner;
        let a_3 = load4_a(a_start_3 + k);
        next_0_0 = vec4<f32>(a_0[0], a_1[0], a_2[0], a_3[0]);
        next_0_1 = vec4<f32>(a_0[1], a_1[1], a_2[1], a_3[1]);
        next_0_2 = vec4<f32>(a_0[2], a_1[2], a_2[2], a_3[2]);
        next_0_3 = vec4<f32>(a_0[3], a_1[3], a_2[3], a_3[3]);
      } else {
        next_0_0 = vec4<f32>(0.0);
        next_0_1 = vec4<f32>(0.0);
        next_0_2 = vec4<f32>(0.0);
        next_0_3 = vec4<f32>(0.0);
      }
    } else if (part_0 < A_PARTS + B_PARTS) {
      let place = b_place(part_0 - A_PARTS);
      let k = slice * SLICE + 4u * place.x;
      let b_first = plan.b_first + 4u * place.y;
      if (k < plan.depth) {
        let b_row_0 = (plan.b_inner + min(k + 0u, last)) * args.b_stride;
        let b_across_0_0 = load4_b(b_row_0 + min(b_first + 0u, args.b_stride - 4u));
        let b_row_1 = (plan.b_inner + min(k + 1u, last)) * args.b_stride;
        let b_across_1_0 = load4_b(b_row_1 + min(b_first + 0u, args.b_stride - 4u));
        let b_row_2 = (plan.b_inner + min(k + 2u, last)) * args.b_stride;
        let b_across_2_0 = load4_b(b_row_2 + min(b_first + 0u, args.b_stride - 4u));
        let b_row_3 = (plan.b_inner + min(k + 3u, last)) * args.b_stride;
        let b_across_3_0 = load4_b(b_row_3 + min(b_first + 0u, args.b_stride - 4u));
        let b_0 = vec4<f32>(b_across_0_0[0], b_across_1_0[0], b_across_2_0[0], b_across_3_0[0]);
        let b_1 = vec4<f32>(b_across_0_0[1], b_across_1_0[1], b_across_2_0[1], b_across_3_0[1]);
        let b_2 = vec4<f32>(b_across_0_0[2], b_across_1_0[2], b_across_2_0[2], b_across_3_0[2]);
        let b_3 = vec4<f32>(b_across_0_0[3], b_across_1_0[3], b_across_2_0[3], b_across_3_0[3]);
        next_0_0 = vec4<f32>(b_0[0], b_1[0], b_2[0], b_3[0]);
        next_0_1 = vec4<f32>(b_0[1], b_1[1], b_2[1], b_3[1]);
        next_0_2 = vec4<f32>(b_0[2], b_1[2], b_2[2], b_3[2]);
        next_0_3 = vec4<f32>(b_0[3], b_1[3], b_2[3], b_3[3]);
      } else {
        next_0_0 = vec4<f32>(0.0);
        next_0_1 = vec4<f32>(0.0);
        next_0_2 = vec4<f32>(0.0);
        next_0_3 = vec4<f32>(0.0);
      }
    }
    let part_1 = lane + 1u * LANES;
    if (part_1 < A_PARTS) {
      let place = a_place(part_1);
      let k = slice * SLICE + 4u * place.x;
      let a_first = plan.a_first + 4u * place.y;
      if (k < plan.depth) {
        let a_start_0 = min(a_first + 0u, plan.a_end - 1u) * args.a_stride + plan.a_inner;
        let a_0 = load4_a(a_start_0 + k);
        let a_start_1 = min(a_first + 1u, plan.a_end - 1u) * args.a_stride + plan.a_inner;
        let a_1 = load4_a(a_start_1 + k);
        let a_start_2 = min(a_first + 2u, plan.a_end - 1u) * args.a_stride + plan.a_inner;
        let a_2 = load4_a(a_start_2 + k);
        let a_start_3 = min(a_first + 3u, plan.a_end - 1u) * args.a_stride + plan.a_inner;
        let a_3 = load4_a(a_start_3 + k);
        next_1_0 = vec4<f32>(a_0[0], a_1[0], a_2[0], a_3[0]);
        next_1_1 = vec4<f32>(a_0[1], a_1[1], a_2[1], a_3[1]);
        next_1_2 = vec4<f32>(a_0[2], a_1[2], a_2[2], a_3[2]);
        next_1_3 = vec4<f32>(a_0[3], a_1[3], a_2[3], a_3[3]);
      } else {
        next_1_0 = vec4<f32>(0.0);
        next_1_1 = vec4<f32>(0.0);
        next_1_2 = vec4<f32>(0.0);
        next_1_3 = vec4<f32>(0.0);
      }
    } else if (part_1 < A_PARTS + B_PARTS) {
      let place = b_place(part_1 - A_PARTS);
      let k = slice * SLICE + 4u * place.x;
      let b_first = plan.b_first + 4u * place.y;
      if (k < plan.depth) {
        let b_row_0 = (plan.b_inner + min(k + 0u, last)) * args.b_stride;
        let b_across_0_0 = load4_b(b_row_0 + min(b_first + 0u, args.b_stride - 4u));
        let b_row_1 = (plan.b_inner + min(k + 1u, last)) * args.b_stride;
        let b_across_1_0 = load4_b(b_row_1 + min(b_first + 0u, args.b_stride - 4u));
        let b_row_2 = (plan.b_inner + min(k + 2u, last)) * args.b_stride;
        let b_across_2_0 = load4_b(b_row_2 + min(b_first + 0u, args.b_stride - 4u));
        let b_row_3 = (plan.b_inner + min(k + 3u, last)) * args.b_stride;
        let b_across_3_0 = load4_b(b_row_3 + min(b_first + 0u, args.b_stride - 4u));
        let b_0 = vec4<f32>(b_across_0_0[0], b_across_1_0[0], b_across_2_0[0], b_across_3_0[0]);
        let b_1 = vec4<f32>(b_across_0_0[1], b_across_1_0[1], b_across_2_0[1], b_across_3_0[1]);
        let b_2 = vec4<f32>(b_across_0_0[2], b_across_1_0[2], b_across_2_0[2], b_across_3_0[2]);
        let b_3 = vec4<f32>(b_across_0_0[3], b_across_1_0[3], b_across_2_0[3], b_across_3_0[3]);
        next_1_0 = vec4<f32>(b_0[0], b_1[0], b_2[0], b_3[0]);
        next_1_1 = vec4<f32>(b_0[1], b_1[1], b_2[1], b_3[1]);
        next_1_2 = vec4<f32>(b_0[2], b_1[2], b_2[2], b_3[2]);
        next_1_3 = vec4<f32>(b_0[3], b_1[3], b_2[3], b_3[3]);
      } else {
        next_1_0 = vec4<f32>(0.0);
        next_1_1 = vec4<f32>(0.0);
        next_1_2 = vec4<f32>(0.0);
        next_1_3 = vec4<f32>(0.0);
      }
    }
    if (slice > 0u) {
      for (var step = 0u; step < FOURS; step += UNROLL) {
        let turn_0 = turn(step + 0u);
        let a_at_0_0 = (0u * LANES_Y + lane_y) ^ turn_0;
        let b_at_0_0 = (0u * LANES_X + lane_x) ^ turn_0;
        {
          let left_0 = a_tile[step + 0u][0][a_at_0_0];
          let right_0 = b_tile[step + 0u][0][b_at_0_0];
          sum_0_0 = fma(left_0[0], right_0[0], sum_0_0);
          sum_0_1 = fma(left_0[0], right_0[1], sum_0_1);
          sum_0_2 = fma(left_0[0], right_0[2], sum_0_2);
          sum_0_3 = fma(left_0[0], right_0[3], sum_0_3);
          sum_1_0 = fma(left_0[1], right_0[0], sum_1_0);
          sum_1_1 = fma(left_0[1], right_0[1], sum_1_1);
          sum_1_2 = fma(left_0[1], right_0[2], sum_1_2);
          sum_1_3 = fma(left_0[1], right_0[3], sum_1_3);
          sum_2_0 = fma(left_0[2], right_0[0], sum_2_0);
          sum_2_1 = fma(left_0[2], right_0[1], sum_2_1);
          sum_2_2 = fma(left_0[2], right_0[2], sum_2_2);
          sum_2_3 = fma(left_0[2], right_0[3], sum_2_3);
          sum_3_0 = fma(left_0[3], right_0[0], sum_3_0);
          sum_3_1 = fma(left_0[3], right_0[1], sum_3_1);
          sum_3_2 = fma(left_0[3], right_0[2], sum_3_2);
          sum_3_3 = fma(left_0[3], right_0[3], sum_3_3);
        }
        {
          let left_0 = a_tile[step + 0u][1][a_at_0_0];
          let right_0 = b_tile[step + 0u][1][b_at_0_0];
          sum_0_0 = fma(left_0[0], right_0[0], sum_0_0);
          sum_0_1 = fma(left_0[0], right_0[1], sum_0_1);
          sum_0_2 = fma(left_0[0], right_0[2], sum_0_2);
          sum_0_3 = fma(left_0[0], right_0[3], sum_0_3);
          sum_1_0 = fma(left_0[1], right_0[0], sum_1_0);
          sum_1_1 = fma(left_0[1], right_0[1], sum_1_1);
          sum_1_2 = fma(left_0[1], right_0[2], sum_1_2);
          sum_1_3 = fma(left_0[1], right_0[3], sum_1_3);
          sum_2_0 = fma(left_0[2], right_0[0], sum_2_0);
          sum_2_1 = fma(left_0[2], right_0[1], sum_2_1);
          sum_2_2 = fma(left_0[2], right_0[2], sum_2_2);
          sum_2_3 = fma(left_0[2], right_0[3], sum_2_3);
          sum_3_0 = fma(left_0[3], right_0[0], sum_3_0);
          sum_3_1 = fma(left_0[3], right_0[1], sum_3_1);
          sum_3_2 = fma(left_0[3], right_0[2], sum_3_2);
          sum_3_3 = fma(left_0[3], right_0[3], sum_3_3);
        }
        {
          let left_0 = a_tile[step + 0u][2][a_at_0_0];
          let right_0 = b_tile[step + 0u][2][b_at_0_0];
          sum_0_0 = fma(left_0[0], right_0[0], sum_0_0);
          sum_0_1 = fma(left_0[0], right_0[1], sum_0_1);
          sum_0_2 = fma(left_0[0], right_0[2], sum_0_2);
          sum_0_3 = fma(left_0[0], right_0[3], sum_0_3);
          sum_1_0 = fma(left_0[1], right_0[0], sum_1_0);
          sum_1_1 = fma(left_0[1], right_0[1], sum_1_1);
          sum_1_2 = fma(left_0[1], right_0[2], sum_1_2);
          sum_1_3 = fma(left_0[1], right_0[3], sum_1_3);
          sum_2_0 = fma(left_0[2], right_0[0], sum_2_0);
          sum_2_1 = fma(left_0[2], right_0[1], sum_2_1);
          sum_2_2 = fma(left_0[2], right_0[2], sum_2_2);
          sum_2_3 = fma(left_0[2], right_0[3], sum_2_3);
          sum_3_0 = fma(left_0[3], right_0[0], sum_3_0);
          sum_3_1 = fma(left_0[3], right_0[1], sum_3_1);
          sum_3_2 = fma(left_0[3], right_0[2], sum_3_2);
          sum_3_3 = fma(left_0[3], right_0[3], sum_3_3);
        }
        {
          let left_0 = a_tile[step + 0u][3][a_at_0_0];
          let right_0 = b_tile[step + 0u][3][b_at_0_0];
          sum_0_0 = fma(left_0[0], right_0[0], sum_0_0);
          sum_0_1 = fma(left_0[0], right_0[1], sum_0_1);
          sum_0_2 = fma(left_0[0], right_0[2], sum_0_2);
          sum_0_3 = fma(left_0[0], right_0[3], sum_0_3);
          sum_1_0 = fma(left_0[1], right_0[0], sum_1_0);
          sum_1_1 = fma(left_0[1], right_0[1], sum_1_1);
          sum_1_2 = fma(left_0[1], right_0[2], sum_1_2);
          sum_1_3 = fma(left_0[1], right_0[3], sum_1_3);
          sum_2_0 = fma(left_0[2], right_0[0], sum_2_0);
          sum_2_1 = fma(left_0[2], right_0[1], sum_2_1);
          sum_2_2 = fma(left_0[2], right_0[2], sum_2_2);
          sum_2_3 = fma(left_0[2], right_0[3], sum_2_3);
          sum_3_0 = fma(left_0[3], right_0[0], sum_3_0);
          sum_3_1 = fma(left_0[3], right_0[1], sum_3_1);
          sum_3_2 = fma(left_0[3], right_0[2], sum_3_2);
          sum_3_3 = fma(left_0[3], right_0[3], sum_3_3);
        }
        let turn_1 = turn(step + 1u);
        let a_at_1_0 = (0u * LANES_Y + lane_y) ^ turn_1;
        let b_at_1_0 = (0u * LANES_X + lane_x) ^ turn_1;
        {
          let left_0 = a_tile[step + 1u][0][a_at_1_0];
          let right_0 = b_tile[step + 1u][0][b_at_1_0];
          sum_0_0 = fma(left_0[0], right_0[0], sum_0_0);
          sum_0_1 = fma(left_0[0], right_0[1], sum_0_1);
          sum_0_2 = fma(left_0[0], right_0[2], sum_0_2);
          sum_0_3 = fma(left_0[0], right_0[3], sum_0_3);
          sum_1_0 = fma(left_0[1], right_0[0], sum_1_0);
          sum_1_1 = fma(left_0[1], right_0[1], sum_1_1);
          sum_1_2 = fma(left_0[1], right_0[2], sum_1_2);
          sum_1_3 = fma(left_0[1], right_0[3], sum_1_3);
          sum_2_0 = fma(left_0[2], right_0[0], sum_2_0);
          sum_2_1 = fma(left_0[2], right_0[1], sum_2_1);
          sum_2_2 = fma(left_0[2], right_0[2], sum_2_2);
          sum_2_3 = fma(left_0[2], right_0[3], sum_2_3);
          sum_3_0 = fma(left_0[3], right_0[0], sum_3_0);
          sum_3_1 = fma(left_0[3], right_0[1], sum_3_1);
          sum_3_2 = fma(left_0[3], right_0[2], sum_3_2);
          sum_3_3 = fma(left_0[3], right_0[3], sum_3_3);
        }
        {
          let left_0 = a_tile[step + 1u][1][a_at_1_0];
          let right_0 = b_tile[step + 1u][1][b_at_1_0];
          sum_0_0 = fma(left_0[0], right_0[0], sum_0_0);
          sum_0_1 = fma(left_0[0], right_0[1], sum_0_1);
          sum_0_2 = fma(left_0[0], right_0[2], sum_0_2);
          sum_0_3 = fma(left_0[0], right_0[3], sum_0_3);
          sum_1_0 = fma(left_0[1], right_0[0], sum_1_0);
          sum_1_1 = fma(left_0[1], right_0[1], sum_1_1);
          sum_1_2 = fma(left_0[1], right_0[2], sum_1_2);
          sum_1_3 = fma(left_0[1], right_0[3], sum_1_3);
          sum_2_0 = fma(left_0[2], right_0[0], sum_2_0);
          sum_2_1 = fma(left_0[2], right_0[1], sum_2_1);
          sum_2_2 = fma(left_0[2], right_0[2], sum_2_2);
          sum_2_3 = fma(left_0[2], right_0[3], sum_2_3);
          sum_3_0 = fma(left_0[3], right_0[0], sum_3_0);
          sum_3_1 = fma(left_0[3], right_0[1], sum_3_1);
          sum_3_2 = fma(left_0[3], right_0[2], sum_3_2);
          sum_3_3 = fma(left_0[3], right_0[3], sum_3_3);
        }
        {
          let left_0 = a_tile[step + 1u][2][a_at_1_0];
          let right_0 = b_tile[step + 1u][2][b_at_1_0];
          sum_0_0 = fma(left_0[0], right_0[0], sum_0_0);
          sum_0_1 = fma(left_0[0], right_0[1], sum_0_1);
          sum_0_2 = fma(left_0[0], right_0[2], sum_0_2);
          sum_0_3 = fma(left_0[0], right_0[3], sum_0_3);
          sum_1_0 = fma(left_0[1], right_0[0], sum_1_0);
          sum_1_1 = fma(left_0[1], right_0[1], sum_1_1);
          sum_1_2 = fma(left_0[1], right_0[2], sum_1_2);
          sum_1_3 = fma(left_0[1], right_0[3], sum_1_3);
          sum_2_0 = fma(left_0[2], right_0[0], sum_2_0);
          sum_2_1 = fma(left_0[2], right_0[1], sum_2_1);
          sum_2_2 = fma(left_0[2], right_0[2], sum_2_2);
          sum_2_3 = fma(left_0[2], right_0[3], sum_2_3);
          sum_3_0 = fma(left_0[3], right_0[0], sum_3_0);
          sum_3_1 = fma(left_0[3], right_0[1], sum_3_1);
          sum_3_2 = fma(left_0[3], right_0[2], sum_3_2);
          sum_3_3 = fma(left_0[3], right_0[3], sum_3_3);
        }
        {
          let left_0 = a_tile[step + 1u][3][a_at_1_0];
          let right_0 = b_tile[step + 1u][3][b_at_1_0];
          sum_0_0 = fma(left_0[0], right_0[0], sum_0_0);
          sum_0_1 = fma(left_0[0], right_0[1], sum_0_1);
          sum_0_2 = fma(left_0[0], right_0[2], sum_0_2);
          sum_0_3 = fma(left_0[0], right_0[3], sum_0_3);
          sum_1_0 = fma(left_0[1], right_0[0], sum_1_0);
          sum_1_1 = fma(left_0[1], right_0[1], sum_1_1);
          sum_1_2 = fma(left_0[1], right_0[2], sum_1_2);
          sum_1_3 = fma(left_0[1], right_0[3], sum_1_3);
          sum_2_0 = fma(left_0[2], right_0[0], sum_2_0);
          sum_2_1 = fma(left_0[2], right_0[1], sum_2_1);
          sum_2_2 = fma(left_0[2], right_0[2], sum_2_2);
          sum_2_3 = fma(left_0[2], right_0[3], sum_2_3);
          sum_3_0 = fma(left_0[3], right_0[0], sum_3_0);
          sum_3_1 = fma(left_0[3], right_0[1], sum_3_1);
          sum_3_2 = fma(left_0[3], right_0[2], sum_3_2);
          sum_3_3 = fma(left_0[3], right_0[3], sum_3_3);
        }
      }
    }
    workgroupBarrier();
    if (part_0 < A_PARTS) {
      let place = a_place(part_0);
      let at = place.y ^ turn(place.x);
      a_tile[place.x][0][at] = next_0_0;
      a_tile[place.x][1][at] = next_0_1;
      a_tile[place.x][2][at] = next_0_2;
      a_tile[place.x][3][at] = next_0_3;
    } else if (part_0 < A_PARTS + B_PARTS) {
      let place = b_place(part_0 - A_PARTS);
      let at = place.y ^ turn(place.x);
      b_tile[place.x][0][at] = next_0_0;
      b_tile[place.x][1][at] = next_0_1;
      b_tile[place.x][2][at] = next_0_2;
      b_tile[place.x][3][at] = next_0_3;
    }
    if (part_1 < A_PARTS) {
      let place = a_place(part_1);
      let at = place.y ^ turn(place.x);
      a_tile[place.x][0][at] = next_1_0;
      a_tile[place.x][1][at] = next_1_1;
      a_tile[place.x][2][at] = next_1_2;
      a_tile[place.x][3][at] = next_1_3;
    } else if (part_1 < A_PARTS + B_PARTS) {
      let place = b_place(part_1 - A_PARTS);
      let at = place.y ^ turn(place.x);
      b_tile[place.x][0][at] = next_1_0;
      b_tile[place.x][1][at] = next_1_1;
      b_tile[place.x][2][at] = next_1_2;
      b_tile[place.x][3][at] = next_1_3;
    }
    workgroupBarrier();
  }
  let tile_row_0 = 4u * (0u * LANES_Y + lane_y) + 0u;
  var row_0 = -1;
  if (plan.a_first + tile_row_0 < plan.a_end) {
    row_0 = result_row(plan.out_row + tile_row_0);
  }
  if (row_0 >= 0) {
    let start_0 = u32(row_0) * args.out_stride + plan.out_column;
    {
      let tile_column = 4u * (0u * LANES_X + lane_x);
      if (plan.b_first + tile_column < plan.b_end) {
        store_four(start_0 + tile_column, vec4<f32>(sum_0_0, sum_0_1, sum_0_2, sum_0_3));
      }
    }
  }
  let tile_row_1 = 4u * (0u * LANES_Y + lane_y) + 1u;
  var row_1 = -1;
  if (plan.a_first + tile_row_1 < plan.a_end) {
    row_1 = result_row(plan.out_row + tile_row_1);
  }
  if (row_1 >= 0) {
    let start_1 = u32(row_1) * args.out_stride + plan.out_column;
    {
      let tile_column = 4u * (0u * LANES_X + lane_x);
      if (plan.b_first + tile_column < plan.b_end) {
        store_four(start_1 + tile_column, vec4<f32>(sum_1_0, sum_1_1, sum_1_2, sum_1_3));
      }
    }
  }
  let tile_row_2 = 4u * (0u * LANES_Y + lane_y) + 2u;
  var row_2 = -1;
  if (plan.a_first + tile_row_2 < plan.a_end) {
    row_2 = result_row(plan.out_row + tile_row_2);
  }
  if (row_2 >= 0) {
    let start_2 = u32(row_2) * args.out_stride + plan.out_column;
    {
      let tile_column = 4u * (0u * LANES_X + lane_x);
      if (plan.b_first + tile_column < plan.b_end) {
        store_four(start_2 + tile_column, vec4<f32>(sum_2_0, sum_2_1, sum_2_2, sum_2_3));
      }
    }
  }
  let tile_row_3 = 4u * (0u * LANES_Y + lane_y) + 3u;
  var row_3 = -1;
  if (plan.a_first + tile_row_3 < plan.a_end) {
    row_3 = result_row(plan.out_row + tile_row_3);
  }
  if (row_3 >= 0) {
    let start_3 = u32(row_3) * args.out_stride + plan.out_column;
    {
      let tile_column = 4u * (0u * LANES_X + lane_x);
      if (plan.b_first + tile_column < plan.b_end) {
        store_four(start_3 + tile_column, vec4<f32>(sum_3_0, sum_3_1, sum_3_2, sum_3_3));
      }
    }
  }
}
fn plan_tile(tile: vec3<u32>, rows: u32, columns: u32) -> Plan {
  var plan: Plan;
  plan.a_first = tile.x * rows;
  plan.a_end = args.rows;
  plan.b_first = tile.y * columns;
  plan.b_end = args.columns;
  plan.depth = args.depth;
  plan.out_row = plan.a_first;
  plan.out_column = plan.b_first;
  return plan;
}
