// Written by deno task build:wgsl: clipFactor.
// clipFactor

struct Args {
  squared_norm_offset: u32,
  out_offset: u32,
  max_norm: f32,
}
@group(0) @binding(2) var<uniform> args: Args;
@group(0) @binding(0) var<storage, read> buffer0: array<f32>;
@group(0) @binding(1) var<storage, read_write> buffer1: array<f32>;

fn load_squared_norm(i: u32) -> f32 { return f32(buffer0[args.squared_norm_offset + i]); }

fn load_out(i: u32) -> f32 { return f32(buffer1[args.out_offset + i]); }
fn store_out(i: u32, value: f32) { buffer1[args.out_offset + i] = f32(value); }

@compute @workgroup_size(1)
fn main() {
  let factor = args.max_norm / (sqrt(load_squared_norm(0u)) + 1.0e-6);
  // Not min: that may swallow a NaN.
  store_out(0u, select(factor, 1.0, factor > 1.0));
}
