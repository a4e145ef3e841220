// Written by deno task build:wgsl: recordRow.
// recordRow

struct Args {
  values_0_offset: u32,
  values_1_offset: u32,
  cursor_offset: u32,
  ring_offset: u32,
  rows: u32,
  width: u32,
  count_0: u32,
  first_0: u32,
  count_1: u32,
  first_1: u32,
}
@group(0) @binding(4) var<uniform> args: Args;
@group(0) @binding(0) var<storage, read> buffer0: array<f32>;
@group(0) @binding(1) var<storage, read> buffer1: array<i32>;
@group(0) @binding(2) var<storage, read_write> buffer2: array<i32>;
@group(0) @binding(3) var<storage, read_write> buffer3: array<f32>;

fn load_values_0(i: u32) -> f32 { return f32(buffer0[args.values_0_offset + i]); }

fn load_values_1(i: u32) -> i32 { return i32(buffer1[args.values_1_offset + i]); }

fn load_cursor(i: u32) -> i32 { return i32(buffer2[args.cursor_offset + i]); }
fn store_cursor(i: u32, value: i32) { buffer2[args.cursor_offset + i] = i32(value); }

fn load_ring(i: u32) -> f32 { return f32(buffer3[args.ring_offset + i]); }
fn store_ring(i: u32, value: f32) { buffer3[args.ring_offset + i] = f32(value); }

const TENSORS: u32 = 2u;
@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) lane: u32) {
  let cursor = load_cursor(0u);
  let start = u32(cursor) % args.rows * args.width;
  for (var i = lane; i < args.count_0; i += 64u) {
    store_ring(start + args.first_0 + i, f32(load_values_0(i)));
  }
  for (var i = lane; i < args.count_1; i += 64u) {
    store_ring(start + args.first_1 + i, f32(load_values_1(i)));
  }
  // All have read it.
  storageBarrier();
  if (lane == 0u) {
    store_cursor(0u, cursor + 1);
  }
}
