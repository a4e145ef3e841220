// Written by deno task build:wgsl: routeEnergies.
// clusterEnergies
enable f16;
struct Args {
  y_offset: u32,
  scores_offset: u32,
  clusters: u32,
  probes: u32,
  tokens: u32,
  count: u32,
}
@group(0) @binding(2) var<uniform> args: Args;
@group(0) @binding(0) var<storage, read> buffer0: array<f16>;
@group(0) @binding(1) var<storage, read_write> buffer1: array<f32>;
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
fn load_y(i: u32) -> f32 { return f32(buffer0[args.y_offset + i]); }

fn load_scores(i: u32) -> f32 { return f32(buffer1[args.scores_offset + i]); }
fn store_scores(i: u32, value: f32) { buffer1[args.scores_offset + i] = f32(value); }

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
  let t = i / args.clusters;
  let e = i % args.clusters;
  var energy = 0.0;
  for (var p = 0u; p < args.probes; p++) {
    let y = load_y(i * args.probes + p);
    // As a choice and not as max(), which may drop a NaN.
    let positive = select(y, 0.0, y < 0.0);
    energy += positive * positive;
  }
  store_scores(e * args.tokens + t, energy);
}

// routeTokens

struct Args {
  scores_offset: u32,
  experts_offset: u32,
  expert_count: u32,
  slots: u32,
  count: u32,
}
@group(0) @binding(2) var<uniform> args: Args;
@group(0) @binding(0) var<storage, read> buffer0: array<f32>;
@group(0) @binding(1) var<storage, read_write> buffer1: array<i32>;

fn load_scores(i: u32) -> f32 { return f32(buffer0[args.scores_offset + i]); }

fn load_experts(i: u32) -> i32 { return i32(buffer1[args.experts_offset + i]); }
fn store_experts(i: u32, value: i32) { buffer1[args.experts_offset + i] = i32(value); }

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
  for (var slot = 0u; slot < args.slots; slot++) {
    var best = -1;
    var best_score = 0.0;
    for (var expert = 0; expert < i32(args.expert_count); expert++) {
      var is_taken = false;
      for (var earlier = 0u; earlier < slot; earlier++) {
        is_taken = is_taken || load_experts(t * args.slots + earlier) == expert;
      }
      let score = load_scores(u32(expert) * args.count + t);
      let counted = select(score, -3.402823e38, is_nan(score) || score < -3.402823e38);
      if (!is_taken && (best < 0 || counted > best_score)) {
        best = expert;
        best_score = counted;
      }
    }
    store_experts(t * args.slots + slot, best);
  }
}

// energyShare

struct Args {
  scores_offset: u32,
  experts_offset: u32,
  share_offset: u32,
  clusters: u32,
  slots: u32,
  count: u32,
}
@group(0) @binding(3) var<uniform> args: Args;
@group(0) @binding(0) var<storage, read> buffer0: array<f32>;
@group(0) @binding(1) var<storage, read> buffer1: array<i32>;
@group(0) @binding(2) var<storage, read_write> buffer2: array<f32>;

fn load_scores(i: u32) -> f32 { return f32(buffer0[args.scores_offset + i]); }

fn load_experts(i: u32) -> i32 { return i32(buffer1[args.experts_offset + i]); }

fn load_share(i: u32) -> f32 { return f32(buffer2[args.share_offset + i]); }
fn store_share(i: u32, value: f32) { buffer2[args.share_offset + i] = f32(value); }

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
  var total = 0.0;
  for (var e = 0u; e < args.clusters; e++) {
    total += load_scores(e * args.count + t);
  }
  var held = 0.0;
  for (var slot = 0u; slot < args.slots; slot++) {
    held += load_scores(u32(load_experts(t * args.slots + slot)) * args.count + t);
  }
  store_share(t, select(held / total, 1.0, total == 0.0 || is_nan(total)));
}
