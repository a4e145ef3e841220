// Written by deno task build:wgsl: clusterMeans.
// clusterMeans

struct Args {
  weights_offset: u32,
  partials_offset: u32,
  width: u32,
  cluster_rows: u32,
  chunk_rows: u32,
  count: u32,
}
@group(0) @binding(2) var<uniform> args: Args;
@group(0) @binding(0) var<storage, read> buffer0: array<f32>;
@group(0) @binding(1) var<storage, read_write> buffer1: array<f32>;

fn load_weights(i: u32) -> f32 { return f32(buffer0[args.weights_offset + i]); }

fn load_partials(i: u32) -> f32 { return f32(buffer1[args.partials_offset + i]); }
fn store_partials(i: u32, value: f32) { buffer1[args.partials_offset + i] = f32(value); }

const CHUNKS: u32 = 16u;
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
  let chunk = i / args.width;
  let cluster = chunk / CHUNKS;
  let end_of_cluster = (cluster + 1u) * args.cluster_rows;
  let first = cluster * args.cluster_rows + chunk % CHUNKS * args.chunk_rows;
  let end = min(first + args.chunk_rows, end_of_cluster);
  var sum = 0.0;
  // Eight rows are on their way at once; those behind the end count as zero.
  for (var row = first; row < end; row += 8u) {
    let row_0 = load_weights(min(row + 0u, end_of_cluster - 1u) * args.width + d);
    let row_1 = load_weights(min(row + 1u, end_of_cluster - 1u) * args.width + d);
    let row_2 = load_weights(min(row + 2u, end_of_cluster - 1u) * args.width + d);
    let row_3 = load_weights(min(row + 3u, end_of_cluster - 1u) * args.width + d);
    let row_4 = load_weights(min(row + 4u, end_of_cluster - 1u) * args.width + d);
    let row_5 = load_weights(min(row + 5u, end_of_cluster - 1u) * args.width + d);
    let row_6 = load_weights(min(row + 6u, end_of_cluster - 1u) * args.width + d);
    let row_7 = load_weights(min(row + 7u, end_of_cluster - 1u) * args.width + d);
    sum += select(0.0, row_0, row + 0u < end);
    sum += select(0.0, row_1, row + 1u < end);
    sum += select(0.0, row_2, row + 2u < end);
    sum += select(0.0, row_3, row + 3u < end);
    sum += select(0.0, row_4, row + 4u < end);
    sum += select(0.0, row_5, row + 5u < end);
    sum += select(0.0, row_6, row + 6u < end);
    sum += select(0.0, row_7, row + 7u < end);
  }
  store_partials(i, sum);
}

// clusterMeans scale

struct Args {
  partials_offset: u32,
  means_offset: u32,
  width: u32,
  rows: u32,
}
@group(0) @binding(2) var<uniform> args: Args;
@group(0) @binding(0) var<storage, read> buffer0: array<f32>;
@group(0) @binding(1) var<storage, read_write> buffer1: array<f32>;

fn load_partials(i: u32) -> f32 { return f32(buffer0[args.partials_offset + i]); }

fn load_means(i: u32) -> f32 { return f32(buffer1[args.means_offset + i]); }
fn store_means(i: u32, value: f32) { buffer1[args.means_offset + i] = f32(value); }

const LANES: u32 = 256u;
const CHUNKS: u32 = 16u;
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
// A power of two that brings numbers up to "largest" near 1, so that their squares are neither too large nor too small.
fn power_for(largest: f32) -> f32 {
  let exponent = (bitcast<u32>(largest) >> 23u) & 255u;
  return bitcast<f32>(clamp(254u - min(exponent, 253u), 1u, 253u) << 23u);
}

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
  let start = row * args.width;
  var own_largest = 0.0;
  for (var d = lane; d < args.width; d += LANES) {
    let first = row * CHUNKS * args.width + d;
    let chunk_0 = load_partials(first + 0u * args.width);
    let chunk_1 = load_partials(first + 1u * args.width);
    let chunk_2 = load_partials(first + 2u * args.width);
    let chunk_3 = load_partials(first + 3u * args.width);
    let chunk_4 = load_partials(first + 4u * args.width);
    let chunk_5 = load_partials(first + 5u * args.width);
    let chunk_6 = load_partials(first + 6u * args.width);
    let chunk_7 = load_partials(first + 7u * args.width);
    let chunk_8 = load_partials(first + 8u * args.width);
    let chunk_9 = load_partials(first + 9u * args.width);
    let chunk_10 = load_partials(first + 10u * args.width);
    let chunk_11 = load_partials(first + 11u * args.width);
    let chunk_12 = load_partials(first + 12u * args.width);
    let chunk_13 = load_partials(first + 13u * args.width);
    let chunk_14 = load_partials(first + 14u * args.width);
    let chunk_15 = load_partials(first + 15u * args.width);
    var sum = 0.0;
    sum += chunk_0;
    sum += chunk_1;
    sum += chunk_2;
    sum += chunk_3;
    sum += chunk_4;
    sum += chunk_5;
    sum += chunk_6;
    sum += chunk_7;
    sum += chunk_8;
    sum += chunk_9;
    sum += chunk_10;
    sum += chunk_11;
    sum += chunk_12;
    sum += chunk_13;
    sum += chunk_14;
    sum += chunk_15;
    store_means(start + d, sum);
    own_largest = max(own_largest, abs(sum));
  }
  let power = power_for(reduce_max(lane, own_largest));
  var own = 0.0;
  for (var d = lane; d < args.width; d += LANES) {
    let sum = load_means(start + d) * power;
    own = fma(sum, sum, own);
  }
  let squares = reduce_sum(lane, own);
  let factor = select(0.0, 1.0 / sqrt(squares), squares > 0.0);
  for (var d = lane; d < args.width; d += LANES) {
    store_means(start + d, load_means(start + d) * power * factor);
  }
}
