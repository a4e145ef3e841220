// Written by deno task build:wgsl: embeddingBackward.
// embeddingBackward links

struct Args {
  tokens_offset: u32,
  links_offset: u32,
  firsts_offset: u32,
  count: u32,
}
@group(0) @binding(3) var<uniform> args: Args;
@group(0) @binding(0) var<storage, read> buffer0: array<i32>;
@group(0) @binding(1) var<storage, read_write> buffer1: array<i32>;
@group(0) @binding(2) var<storage, read_write> buffer2: array<i32>;

fn load_tokens(i: u32) -> i32 { return i32(buffer0[args.tokens_offset + i]); }

fn load_links(i: u32) -> i32 { return i32(buffer1[args.links_offset + i]); }
fn store_links(i: u32, value: i32) { buffer1[args.links_offset + i] = i32(value); }

fn load_firsts(i: u32) -> i32 { return i32(buffer2[args.firsts_offset + i]); }
fn store_firsts(i: u32, value: i32) { buffer2[args.firsts_offset + i] = i32(value); }

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
  let t = index_of(id, groups);
  if (t >= args.count) {
    return;
  }
  let token = load_tokens(t);
  var next = t + 1u;
  while (next < args.count && load_tokens(next) != token) {
    next++;
  }
  var before = t;
  while (before > 0u && load_tokens(before - 1u) != token) {
    before--;
  }
  store_links(t, select(-1, i32(next), next < args.count));
  store_firsts(t, select(0, 1, before == 0u));
}

// embeddingBackward
enable f16;
struct Args {
  tokens_offset: u32,
  links_offset: u32,
  firsts_offset: u32,
  d_out_offset: u32,
  d_table_offset: u32,
  width: u32,
  vocabulary: u32,
  count: u32,
}
@group(0) @binding(5) var<uniform> args: Args;
@group(0) @binding(0) var<storage, read> buffer0: array<i32>;
@group(0) @binding(1) var<storage, read> buffer1: array<i32>;
@group(0) @binding(2) var<storage, read> buffer2: array<i32>;
@group(0) @binding(3) var<storage, read> buffer3: array<f16>;
@group(0) @binding(4) var<storage, read_write> buffer4: array<f32>;
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
fn load_tokens(i: u32) -> i32 { return i32(buffer0[args.tokens_offset + i]); }

fn load_links(i: u32) -> i32 { return i32(buffer1[args.links_offset + i]); }

fn load_firsts(i: u32) -> i32 { return i32(buffer2[args.firsts_offset + i]); }

fn load_d_out(i: u32) -> f32 { return f32(buffer3[args.d_out_offset + i]); }

fn load_d_table(i: u32) -> f32 { return f32(buffer4[args.d_table_offset + i]); }
fn store_d_table(i: u32, value: f32) { buffer4[args.d_table_offset + i] = f32(value); }

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
  let first = i / args.width;
  if (load_firsts(first) == 0 || u32(load_tokens(first)) >= args.vocabulary) {
    return;
  }
  let target_index = u32(load_tokens(first)) * args.width + d;
  var sum = load_d_table(target_index);
  var t = i32(first);
  while (t >= 0) {
    sum += load_d_out(u32(t) * args.width + d);
    t = load_links(u32(t));
  }
  store_d_table(target_index, sum);
}
