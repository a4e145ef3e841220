// Written by deno task build:wgsl: scatterRows.
// scatterRows
enable f16;
struct Args {
  x_offset: u32,
  out_offset: u32,
  positions_offset: u32,
  slots: u32,
  rows: u32,
  width: u32,
  count: u32,
  not_a_number: f32,
}
@group(0) @binding(3) var<uniform> args: Args;
@group(0) @binding(0) var<storage, read> buffer0: array<f16>;
@group(0) @binding(1) var<storage, read_write> buffer1: array<f16>;
@group(0) @binding(2) var<storage, read> buffer2: array<i32>;
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

fn load_out(i: u32) -> f32 { return f32(buffer1[args.out_offset + i]); }
fn store_out(i: u32, value: f32) { buffer1[args.out_offset + i] = f16(nearest_half(value)); }

fn load_positions(i: u32) -> i32 { return i32(buffer2[args.positions_offset + i]); }

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
alias Unit = f32;
fn load_x_unit(i: u32) -> Unit { return load_x(i); }
fn load_out_unit(i: u32) -> Unit { return load_out(i); }
fn store_out_unit(i: u32, value: Unit) { store_out(i, value); }
fn update_unit(i: u32) {
  let first = i / args.width * args.slots;
  var sum = Unit();
  for (var slot = first; slot < first + args.slots; slot++) {
    let row = u32(load_positions(slot));
    if (row >= args.rows) {
      store_out_unit(i, Unit(args.not_a_number));
      return;
    }
    sum += load_x_unit(row * args.width + i % args.width);
  }
  store_out_unit(i, sum);
}
