// Written by deno task build:wgsl: adamW.
// adamW

struct Args {
  gradient_offset: u32,
  weight_offset: u32,
  mean_offset: u32,
  variance_offset: u32,
  factor_offset: u32,
  schedule_offset: u32,
  width: u32,
  count: u32,
  beta1: f32,
  rest1: f32,
  beta2: f32,
  rest2: f32,
  epsilon: f32,
  weight_decay: f32,
}
@group(0) @binding(6) var<uniform> args: Args;
@group(0) @binding(0) var<storage, read> buffer0: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read_write> buffer1: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> buffer2: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read_write> buffer3: array<vec4<f32>>;
@group(0) @binding(4) var<storage, read> buffer4: array<f32>;
@group(0) @binding(5) var<storage, read> buffer5: array<f32>;

fn load4_gradient(i: u32) -> vec4<f32> { return vec4<f32>(buffer0[args.gradient_offset + i / 4u]); }

fn load4_weight(i: u32) -> vec4<f32> { return vec4<f32>(buffer1[args.weight_offset + i / 4u]); }
fn store4_weight(i: u32, value: vec4<f32>) { buffer1[args.weight_offset + i / 4u] = vec4<f32>(value); }

fn load4_mean(i: u32) -> vec4<f32> { return vec4<f32>(buffer2[args.mean_offset + i / 4u]); }
fn store4_mean(i: u32, value: vec4<f32>) { buffer2[args.mean_offset + i / 4u] = vec4<f32>(value); }

fn load4_variance(i: u32) -> vec4<f32> { return vec4<f32>(buffer3[args.variance_offset + i / 4u]); }
fn store4_variance(i: u32, value: vec4<f32>) { buffer3[args.variance_offset + i / 4u] = vec4<f32>(value); }

fn load_factor(i: u32) -> f32 { return f32(buffer4[args.factor_offset + i]); }

fn load_schedule(i: u32) -> f32 { return f32(buffer5[args.schedule_offset + i]); }

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
alias Unit = vec4<f32>;
fn load_gradient_unit(i: u32) -> Unit { return load4_gradient(4u * i); }
fn load_weight_unit(i: u32) -> Unit { return load4_weight(4u * i); }
fn load_mean_unit(i: u32) -> Unit { return load4_mean(4u * i); }
fn load_variance_unit(i: u32) -> Unit { return load4_variance(4u * i); }
fn store_weight_unit(i: u32, value: Unit) { store4_weight(4u * i, value); }
fn store_mean_unit(i: u32, value: Unit) { store4_mean(4u * i, value); }
fn store_variance_unit(i: u32, value: Unit) { store4_variance(4u * i, value); }
fn update_unit(i: u32) {
  let rate = load_schedule(0u);
  let gradient = load_gradient_unit(i) * load_factor(0u);
  let mean = args.beta1 * load_mean_unit(i) + args.rest1 * gradient;
  let variance = args.beta2 * load_variance_unit(i) + args.rest2 * gradient * gradient;
  let update = mean * load_schedule(1u) / (sqrt(variance * load_schedule(2u)) + args.epsilon);
  let weight = load_weight_unit(i);
  let updated = weight - rate * (update + args.weight_decay * weight);
  store_mean_unit(i, mean);
  store_variance_unit(i, variance);
  store_weight_unit(i, updated);
}
