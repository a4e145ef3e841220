// Written by deno task build:wgsl: squaredReluSelect24 packed, packed, largest.
// squaredReluSelect24
enable f16;
struct Args {
  relu_values_offset: u32,
  relu_words_offset: u32,
  neurons_values_offset: u32,
  neurons_words_offset: u32,
  tokens_values_offset: u32,
  tokens_words_offset: u32,
  y_offset: u32,
  offsets_offset: u32,
  experts: u32,
  cols: u32,
}
@group(0) @binding(8) var<uniform> args: Args;
@group(0) @binding(0) var<storage, read_write> buffer0: array<u32>;
@group(0) @binding(1) var<storage, read_write> buffer1: array<i32>;
@group(0) @binding(2) var<storage, read_write> buffer2: array<u32>;
@group(0) @binding(3) var<storage, read_write> buffer3: array<i32>;
@group(0) @binding(4) var<storage, read_write> buffer4: array<vec2<u32>>;
@group(0) @binding(5) var<storage, read_write> buffer5: array<i32>;
@group(0) @binding(6) var<storage, read> buffer6: array<vec2<u32>>;
@group(0) @binding(7) var<storage, read> buffer7: array<i32>;
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
fn load2_relu_values(i: u32) -> vec2<f32> { return unpack2x16float(buffer0[args.relu_values_offset + i / 2u]); }
fn store2_relu_values(i: u32, value: vec2<f32>) { let halves = nearest_half2(value); buffer0[args.relu_values_offset + i / 2u] = pack2x16float(halves); }

fn load_relu_words(i: u32) -> i32 { return i32(buffer1[args.relu_words_offset + i]); }
fn store_relu_words(i: u32, value: i32) { buffer1[args.relu_words_offset + i] = i32(value); }

fn load2_neurons_values(i: u32) -> vec2<f32> { return unpack2x16float(buffer2[args.neurons_values_offset + i / 2u]); }
fn store2_neurons_values(i: u32, value: vec2<f32>) { let halves = nearest_half2(value); buffer2[args.neurons_values_offset + i / 2u] = pack2x16float(halves); }

fn load_neurons_words(i: u32) -> i32 { return i32(buffer3[args.neurons_words_offset + i]); }
fn store_neurons_words(i: u32, value: i32) { buffer3[args.neurons_words_offset + i] = i32(value); }

fn load4_tokens_values(i: u32) -> vec4<f32> { return vec4<f32>(unpack2x16float(buffer4[args.tokens_values_offset + i / 4u].x), unpack2x16float(buffer4[args.tokens_values_offset + i / 4u].y)); }
fn store4_tokens_values(i: u32, value: vec4<f32>) { let halves = nearest_half4(value); buffer4[args.tokens_values_offset + i / 4u] = vec2<u32>(pack2x16float(halves.xy), pack2x16float(halves.zw)); }

fn load_tokens_words(i: u32) -> i32 { return i32(buffer5[args.tokens_words_offset + i]); }
fn store_tokens_words(i: u32, value: i32) { buffer5[args.tokens_words_offset + i] = i32(value); }

fn load4_y(i: u32) -> vec4<f32> { return vec4<f32>(unpack2x16float(buffer6[args.y_offset + i / 4u].x), unpack2x16float(buffer6[args.y_offset + i / 4u].y)); }

fn load_offsets(i: u32) -> i32 { return i32(buffer7[args.offsets_offset + i]); }

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

// Four neurons of a token: what the selection along tokens is made on, what is stored, and the mask along neurons.
struct Group {
  decided: vec4<f32>,
  values: vec4<f32>,
  mask: u32,
  nibble: u32,
}

fn store_neurons(row: u32, column: u32, group: Group) {
  let first = row * args.cols + column;
  store2_neurons_values(first / 2u, slots_of(group.values, group.mask, group.nibble));
  store2_relu_values(first / 2u, slots_of(group.decided, group.mask, group.nibble));
}

// The nibbles of eight tokens.
fn store_neuron_words(row: u32, column: u32, word: u32) {
  let place = row / 8u * (args.cols / 4u) + column / 4u;
  store_neurons_words(place, i32(word));
  store_relu_words(place, i32(word));
}

// Two of four tokens for each of four neurons: the largest, or without bias one of every pair. Gives their nibbles.
fn store_tokens(row: u32, column: u32, token_0: Group, token_1: Group, token_2: Group, token_3: Group) -> u32 {
  var nibbles = 0u;
  let values_0 = vec4<f32>(token_0.values[0], token_1.values[0], token_2.values[0], token_3.values[0]);
  let mask_0 = keep_largest(vec4<f32>(token_0.decided[0], token_1.decided[0], token_2.decided[0], token_3.decided[0]));
  let stored_0 = values_0;
  let nibble_0 = nibble_of(mask_0);
  let slots_0 = slots_of(stored_0, mask_0, nibble_0);
  nibbles |= nibble_0 << 0u;
  let values_1 = vec4<f32>(token_0.values[1], token_1.values[1], token_2.values[1], token_3.values[1]);
  let mask_1 = keep_largest(vec4<f32>(token_0.decided[1], token_1.decided[1], token_2.decided[1], token_3.decided[1]));
  let stored_1 = values_1;
  let nibble_1 = nibble_of(mask_1);
  let slots_1 = slots_of(stored_1, mask_1, nibble_1);
  nibbles |= nibble_1 << 4u;
  let values_2 = vec4<f32>(token_0.values[2], token_1.values[2], token_2.values[2], token_3.values[2]);
  let mask_2 = keep_largest(vec4<f32>(token_0.decided[2], token_1.decided[2], token_2.decided[2], token_3.decided[2]));
  let stored_2 = values_2;
  let nibble_2 = nibble_of(mask_2);
  let slots_2 = slots_of(stored_2, mask_2, nibble_2);
  nibbles |= nibble_2 << 8u;
  let values_3 = vec4<f32>(token_0.values[3], token_1.values[3], token_2.values[3], token_3.values[3]);
  let mask_3 = keep_largest(vec4<f32>(token_0.decided[3], token_1.decided[3], token_2.decided[3], token_3.decided[3]));
  let stored_3 = values_3;
  let nibble_3 = nibble_of(mask_3);
  let slots_3 = slots_of(stored_3, mask_3, nibble_3);
  nibbles |= nibble_3 << 12u;
  let place = row / 2u * args.cols + column;
  store4_tokens_values(place, vec4<f32>(slots_0.x, slots_1.x, slots_2.x, slots_3.x));
  store4_tokens_values(place + args.cols, vec4<f32>(slots_0.y, slots_1.y, slots_2.y, slots_3.y));
  return nibbles;
}

// The nibbles of eight neurons.
fn store_token_words(row: u32, column: u32, word: u32) {
  store_tokens_words(row / 4u * ((args.cols + 7u) / 8u) + column / 8u, i32(word));
}
fn select_group(row: u32, column: u32, y1: vec4<f32>) -> Group {
  let y = rounded(y1);
  let r = select(y, vec4<f32>(0.0), y <= vec4<f32>(0.0));
  let mask = keep_largest(r);
  let kept = masked(r, mask);
  return Group(kept, kept * kept, mask, nibble_of(mask));
}
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let index = index_of(id, groups);
  let end = u32(load_offsets(args.experts));
  let column_blocks = (args.cols + 7u) / 8u;
  let column = index % column_blocks * 8u;
  let row = index / column_blocks * 8u;
  if (row >= end) {
    return;
  }
  var value_0_0 = vec4<f32>(0.0);
  if (row + 0u < end && column + 0u < args.cols) {
    value_0_0 = load4_y((row + 0u) * args.cols + column + 0u);
  }
  var value_0_1 = vec4<f32>(0.0);
  if (row + 0u < end && column + 4u < args.cols) {
    value_0_1 = load4_y((row + 0u) * args.cols + column + 4u);
  }
  var value_1_0 = vec4<f32>(0.0);
  if (row + 1u < end && column + 0u < args.cols) {
    value_1_0 = load4_y((row + 1u) * args.cols + column + 0u);
  }
  var value_1_1 = vec4<f32>(0.0);
  if (row + 1u < end && column + 4u < args.cols) {
    value_1_1 = load4_y((row + 1u) * args.cols + column + 4u);
  }
  var value_2_0 = vec4<f32>(0.0);
  if (row + 2u < end && column + 0u < args.cols) {
    value_2_0 = load4_y((row + 2u) * args.cols + column + 0u);
  }
  var value_2_1 = vec4<f32>(0.0);
  if (row + 2u < end && column + 4u < args.cols) {
    value_2_1 = load4_y((row + 2u) * args.cols + column + 4u);
  }
  var value_3_0 = vec4<f32>(0.0);
  if (row + 3u < end && column + 0u < args.cols) {
    value_3_0 = load4_y((row + 3u) * args.cols + column + 0u);
  }
  var value_3_1 = vec4<f32>(0.0);
  if (row + 3u < end && column + 4u < args.cols) {
    value_3_1 = load4_y((row + 3u) * args.cols + column + 4u);
  }
  var value_4_0 = vec4<f32>(0.0);
  if (row + 4u < end && column + 0u < args.cols) {
    value_4_0 = load4_y((row + 4u) * args.cols + column + 0u);
  }
  var value_4_1 = vec4<f32>(0.0);
  if (row + 4u < end && column + 4u < args.cols) {
    value_4_1 = load4_y((row + 4u) * args.cols + column + 4u);
  }
  var value_5_0 = vec4<f32>(0.0);
  if (row + 5u < end && column + 0u < args.cols) {
    value_5_0 = load4_y((row + 5u) * args.cols + column + 0u);
  }
  var value_5_1 = vec4<f32>(0.0);
  if (row + 5u < end && column + 4u < args.cols) {
    value_5_1 = load4_y((row + 5u) * args.cols + column + 4u);
  }
  var value_6_0 = vec4<f32>(0.0);
  if (row + 6u < end && column + 0u < args.cols) {
    value_6_0 = load4_y((row + 6u) * args.cols + column + 0u);
  }
  var value_6_1 = vec4<f32>(0.0);
  if (row + 6u < end && column + 4u < args.cols) {
    value_6_1 = load4_y((row + 6u) * args.cols + column + 4u);
  }
  var value_7_0 = vec4<f32>(0.0);
  if (row + 7u < end && column + 0u < args.cols) {
    value_7_0 = load4_y((row + 7u) * args.cols + column + 0u);
  }
  var value_7_1 = vec4<f32>(0.0);
  if (row + 7u < end && column + 4u < args.cols) {
    value_7_1 = load4_y((row + 7u) * args.cols + column + 4u);
  }
  var neuron_word_0 = 0u;
  var kept_0_0 = Group(vec4<f32>(0.0), vec4<f32>(0.0), 0u, 0u);
  if (row + 0u < end && column + 0u < args.cols) {
    kept_0_0 = select_group(row + 0u, column + 0u, value_0_0);
    neuron_word_0 |= kept_0_0.nibble << 0u;
    store_neurons(row + 0u, column + 0u, kept_0_0);
  }
  var kept_1_0 = Group(vec4<f32>(0.0), vec4<f32>(0.0), 0u, 0u);
  if (row + 1u < end && column + 0u < args.cols) {
    kept_1_0 = select_group(row + 1u, column + 0u, value_1_0);
    neuron_word_0 |= kept_1_0.nibble << 4u;
    store_neurons(row + 1u, column + 0u, kept_1_0);
  }
  var kept_2_0 = Group(vec4<f32>(0.0), vec4<f32>(0.0), 0u, 0u);
  if (row + 2u < end && column + 0u < args.cols) {
    kept_2_0 = select_group(row + 2u, column + 0u, value_2_0);
    neuron_word_0 |= kept_2_0.nibble << 8u;
    store_neurons(row + 2u, column + 0u, kept_2_0);
  }
  var kept_3_0 = Group(vec4<f32>(0.0), vec4<f32>(0.0), 0u, 0u);
  if (row + 3u < end && column + 0u < args.cols) {
    kept_3_0 = select_group(row + 3u, column + 0u, value_3_0);
    neuron_word_0 |= kept_3_0.nibble << 12u;
    store_neurons(row + 3u, column + 0u, kept_3_0);
  }
  var kept_4_0 = Group(vec4<f32>(0.0), vec4<f32>(0.0), 0u, 0u);
  if (row + 4u < end && column + 0u < args.cols) {
    kept_4_0 = select_group(row + 4u, column + 0u, value_4_0);
    neuron_word_0 |= kept_4_0.nibble << 16u;
    store_neurons(row + 4u, column + 0u, kept_4_0);
  }
  var kept_5_0 = Group(vec4<f32>(0.0), vec4<f32>(0.0), 0u, 0u);
  if (row + 5u < end && column + 0u < args.cols) {
    kept_5_0 = select_group(row + 5u, column + 0u, value_5_0);
    neuron_word_0 |= kept_5_0.nibble << 20u;
    store_neurons(row + 5u, column + 0u, kept_5_0);
  }
  var kept_6_0 = Group(vec4<f32>(0.0), vec4<f32>(0.0), 0u, 0u);
  if (row + 6u < end && column + 0u < args.cols) {
    kept_6_0 = select_group(row + 6u, column + 0u, value_6_0);
    neuron_word_0 |= kept_6_0.nibble << 24u;
    store_neurons(row + 6u, column + 0u, kept_6_0);
  }
  var kept_7_0 = Group(vec4<f32>(0.0), vec4<f32>(0.0), 0u, 0u);
  if (row + 7u < end && column + 0u < args.cols) {
    kept_7_0 = select_group(row + 7u, column + 0u, value_7_0);
    neuron_word_0 |= kept_7_0.nibble << 28u;
    store_neurons(row + 7u, column + 0u, kept_7_0);
  }
  if (column + 0u < args.cols) {
    store_neuron_words(row, column + 0u, neuron_word_0);
  }
  var neuron_word_1 = 0u;
  var kept_0_1 = Group(vec4<f32>(0.0), vec4<f32>(0.0), 0u, 0u);
  if (row + 0u < end && column + 4u < args.cols) {
    kept_0_1 = select_group(row + 0u, column + 4u, value_0_1);
    neuron_word_1 |= kept_0_1.nibble << 0u;
    store_neurons(row + 0u, column + 4u, kept_0_1);
  }
  var kept_1_1 = Group(vec4<f32>(0.0), vec4<f32>(0.0), 0u, 0u);
  if (row + 1u < end && column + 4u < args.cols) {
    kept_1_1 = select_group(row + 1u, column + 4u, value_1_1);
    neuron_word_1 |= kept_1_1.nibble << 4u;
    store_neurons(row + 1u, column + 4u, kept_1_1);
  }
  var kept_2_1 = Group(vec4<f32>(0.0), vec4<f32>(0.0), 0u, 0u);
  if (row + 2u < end && column + 4u < args.cols) {
    kept_2_1 = select_group(row + 2u, column + 4u, value_2_1);
    neuron_word_1 |= kept_2_1.nibble << 8u;
    store_neurons(row + 2u, column + 4u, kept_2_1);
  }
  var kept_3_1 = Group(vec4<f32>(0.0), vec4<f32>(0.0), 0u, 0u);
  if (row + 3u < end && column + 4u < args.cols) {
    kept_3_1 = select_group(row + 3u, column + 4u, value_3_1);
    neuron_word_1 |= kept_3_1.nibble << 12u;
    store_neurons(row + 3u, column + 4u, kept_3_1);
  }
  var kept_4_1 = Group(vec4<f32>(0.0), vec4<f32>(0.0), 0u, 0u);
  if (row + 4u < end && column + 4u < args.cols) {
    kept_4_1 = select_group(row + 4u, column + 4u, value_4_1);
    neuron_word_1 |= kept_4_1.nibble << 16u;
    store_neurons(row + 4u, column + 4u, kept_4_1);
  }
  var kept_5_1 = Group(vec4<f32>(0.0), vec4<f32>(0.0), 0u, 0u);
  if (row + 5u < end && column + 4u < args.cols) {
    kept_5_1 = select_group(row + 5u, column + 4u, value_5_1);
    neuron_word_1 |= kept_5_1.nibble << 20u;
    store_neurons(row + 5u, column + 4u, kept_5_1);
  }
  var kept_6_1 = Group(vec4<f32>(0.0), vec4<f32>(0.0), 0u, 0u);
  if (row + 6u < end && column + 4u < args.cols) {
    kept_6_1 = select_group(row + 6u, column + 4u, value_6_1);
    neuron_word_1 |= kept_6_1.nibble << 24u;
    store_neurons(row + 6u, column + 4u, kept_6_1);
  }
  var kept_7_1 = Group(vec4<f32>(0.0), vec4<f32>(0.0), 0u, 0u);
  if (row + 7u < end && column + 4u < args.cols) {
    kept_7_1 = select_group(row + 7u, column + 4u, value_7_1);
    neuron_word_1 |= kept_7_1.nibble << 28u;
    store_neurons(row + 7u, column + 4u, kept_7_1);
  }
  if (column + 4u < args.cols) {
    store_neuron_words(row, column + 4u, neuron_word_1);
  }
  if (row + 0u < end) {
    var token_word_0 = store_tokens(row + 0u, column, kept_0_0, kept_1_0, kept_2_0, kept_3_0);
    if (column + 4u < args.cols) {
      token_word_0 |= store_tokens(row + 0u, column + 4u, kept_0_1, kept_1_1, kept_2_1, kept_3_1) << 16u;
    }
    store_token_words(row + 0u, column, token_word_0);
  }
  if (row + 4u < end) {
    var token_word_1 = store_tokens(row + 4u, column, kept_4_0, kept_5_0, kept_6_0, kept_7_0);
    if (column + 4u < args.cols) {
      token_word_1 |= store_tokens(row + 4u, column + 4u, kept_4_1, kept_5_1, kept_6_1, kept_7_1) << 16u;
    }
    store_token_words(row + 4u, column, token_word_1);
  }
}
