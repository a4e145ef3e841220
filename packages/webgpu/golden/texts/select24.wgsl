// Written by deno task build:wgsl: select24 along rows.
// select24
enable f16;
struct Args {
  x_offset: u32,
  packed_values_offset: u32,
  packed_words_offset: u32,
  lines: u32,
  groups: u32,
  count: u32,
}
@group(0) @binding(3) var<uniform> args: Args;
@group(0) @binding(0) var<storage, read> buffer0: array<f16>;
@group(0) @binding(1) var<storage, read_write> buffer1: array<f16>;
@group(0) @binding(2) var<storage, read_write> buffer2: array<i32>;
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

fn load_packed_values(i: u32) -> f32 { return f32(buffer1[args.packed_values_offset + i]); }
fn store_packed_values(i: u32, value: f32) { buffer1[args.packed_values_offset + i] = f16(nearest_half(value)); }

fn load_packed_words(i: u32) -> i32 { return i32(buffer2[args.packed_words_offset + i]); }
fn store_packed_words(i: u32, value: i32) { buffer2[args.packed_words_offset + i] = i32(value); }

const NIBBLES_LOW: u32 = 1234061710u;
const NIBBLES_HIGH: u32 = 1305365966u;
// The number of an invocation among all of a launch that uses two dimensions only for want of room in the first.
fn index_of(id: vec3<u32>, groups: vec3<u32>) -> u32 {
  return id.y * groups.x * 64u + id.x;
}

// NaN is told by its bits: compilers may assume that no value is NaN.
fn is_nan(value: f32) -> bool {
  return (bitcast<u32>(value) & 0x7fffffffu) > 0x7f800000u;
}
// Orders f32 bit patterns by magnitude: -0 equals 0, every NaN is the largest.
fn magnitude_key(value: f32) -> u32 {
  return min(bitcast<u32>(value) & 0x7fffffffu, 0x7f800001u);
}

fn magnitude_keys(values: vec4<f32>) -> vec4<u32> {
  return vec4<u32>(
    magnitude_key(values.x), magnitude_key(values.y), magnitude_key(values.z), magnitude_key(values.w));
}

// Mask of the two largest keys of four, ties to the lower index (keepTwo24 of sparse24).
fn keep_two(k: vec4<u32>) -> u32 {
  let b01 = u32(k.x < k.y);
  let b02 = u32(k.x < k.z);
  let b03 = u32(k.x < k.w);
  let b12 = u32(k.y < k.z);
  let b13 = u32(k.y < k.w);
  let b23 = u32(k.z < k.w);
  return select(0u, 1u, b01 + b02 + b03 < 2u) |
    select(0u, 2u, 1u - b01 + b12 + b13 < 2u) |
    select(0u, 4u, 2u - b02 - b12 + b23 < 2u) |
    select(0u, 8u, 3u - b03 - b13 - b23 < 2u);
}

fn non_zero(k: vec4<u32>) -> u32 {
  return select(0u, 1u, k.x != 0u) | select(0u, 2u, k.y != 0u) |
    select(0u, 4u, k.z != 0u) | select(0u, 8u, k.w != 0u);
}

// Mask of the non-zeros among the two largest magnitudes.
fn keep_largest(values: vec4<f32>) -> u32 {
  let keys = magnitude_keys(values);
  return keep_two(keys) & non_zero(keys);
}

// The two kept indices of a mask, completed as torch does (nibble24 of sparse24): sixteen nibbles in two words.
fn nibble_of(mask: u32) -> u32 {
  return (select(NIBBLES_LOW, NIBBLES_HIGH, mask >= 8u) >> (4u * (mask & 7u))) & 15u;
}

// The mask of both indices of a nibble.
fn mask_of(nibble: u32) -> u32 {
  return (1u << (nibble & 3u)) | (1u << (nibble >> 2u));
}

fn element_of(values: vec4<f32>, index: u32) -> f32 {
  let low = select(values.x, values.y, (index & 1u) == 1u);
  let high = select(values.z, values.w, (index & 1u) == 1u);
  return select(low, high, index >= 2u);
}

// What the two slots of a group store: the elements that the mask keeps, zero where the nibble was completed.
fn slots_of(values: vec4<f32>, mask: u32, nibble: u32) -> vec2<f32> {
  let first = nibble & 3u;
  let second = nibble >> 2u;
  return vec2<f32>(
    select(0.0, element_of(values, first), ((mask >> first) & 1u) == 1u),
    select(0.0, element_of(values, second), ((mask >> second) & 1u) == 1u));
}

fn masked(values: vec4<f32>, mask: u32) -> vec4<f32> {
  let bits = vec4<u32>(mask, mask >> 1u, mask >> 2u, mask >> 3u) & vec4<u32>(1u);
  return select(vec4<f32>(0.0), values, bits == vec4<u32>(1u));
}

// To the storage type of activations.
fn rounded(values: vec4<f32>) -> vec4<f32> {
  return nearest_half4(values);
}

struct Kept {
  values: vec4<f32>,
  mask: u32,
}

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let index = index_of(id, groups);
  if (index < args.count) {
    pack_word(index);
  }
}

fn pack_word(index: u32) {
  let blocks = (args.lines + 7u) / 8u;
  let group = index / blocks;
  let first_line = index % blocks * 8u;
  let end = min(8u, args.lines - first_line);
  var word = 0u;
  for (var i = 0u; i < end; i++) {
    let line = first_line + i;
    let kept = select_group(rounded(load_group(line, group)), line, group);
    let nibble = nibble_of(kept.mask);
    store_slots(line, group, slots_of(kept.values, kept.mask, nibble));
    word |= nibble << (4u * i);
  }
  store_packed_words(index, i32(word));
}

fn load_group(line: u32, group: u32) -> vec4<f32> {
  let first = 4u * group * args.lines + line;
  return vec4<f32>(
    load_x(first), load_x(first + args.lines), load_x(first + 2u * args.lines), load_x(first + 3u * args.lines));
}

fn store_slots(line: u32, group: u32, slots: vec2<f32>) {
  let first = 2u * group * args.lines + line;
  store_packed_values(first, slots.x);
  store_packed_values(first + args.lines, slots.y);
}
fn select_group(x: vec4<f32>, line: u32, group: u32) -> Kept {
  return Kept(x, keep_largest(x));
}
