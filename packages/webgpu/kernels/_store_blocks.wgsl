// One invocation stores one block of 8 tokens times 8 neurons: whole words of metadata in both directions.
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let index = index_of(id, groups);
  let used = u32(load_offsets(args.experts));
  let column_blocks = (args.cols + 7u) / 8u;
  let column = index % column_blocks * 8u;
  let row = index / column_blocks * 8u;
  if (row >= used) {
    return;
  }
  let has_second = column + 4u < args.cols;
//# for g < 2
  var neuron_word_$g = 0u;
//# if GATE
  let gate_word_$g = load_gate_word(row, column + ${4 * g}u);
//# end
//# for r < 8
  var kept_${r}_$g = Group(vec4<f32>(0.0), vec4<f32>(0.0), 0u, 0u);
//# end
//# end
//# for r < 8
  if (row + $r < used) {
//# for g < 2
//# if g == 1
    if (has_second) {
//# end
//# if g == 0
    {
//# end
//# if GATE
      kept_${r}_$g = group_at(row + $r, column + ${4 * g}u, (gate_word_$g >> ${4 * r}u) & 15u);
//# end
//# if !GATE
      kept_${r}_$g = group_at(row + $r, column + ${4 * g}u);
//# end
      neuron_word_$g |= kept_${r}_$g.nibble << ${4 * r}u;
      store_neurons(row + $r, column + ${4 * g}u, kept_${r}_$g);
    }
//# end
  }
//# end
  store_neuron_words(row, column, neuron_word_0);
  if (has_second) {
    store_neuron_words(row, column + 4u, neuron_word_1);
  }
//# if TOKENS_PACKED
//# for h < 2
  if (row + ${4 * h}u < used) {
    var token_word = 0u;
//# for c < 8
//# if c / 4 == 1
    if (has_second) {
//# end
//# if c / 4 == 0
    {
//# end
      let decided = vec4<f32>(
        kept_${4 * h}_${c / 4}.decided[${c % 4}], kept_${4 * h + 1}_${c / 4}.decided[${c % 4}],
        kept_${4 * h + 2}_${c / 4}.decided[${c % 4}], kept_${4 * h + 3}_${c / 4}.decided[${c % 4}]);
      let values = vec4<f32>(
        kept_${4 * h}_${c / 4}.values[${c % 4}], kept_${4 * h + 1}_${c / 4}.values[${c % 4}],
        kept_${4 * h + 2}_${c / 4}.values[${c % 4}], kept_${4 * h + 3}_${c / 4}.values[${c % 4}]);
      let mask = keep_largest(decided);
      let nibble = nibble_of(mask);
      let slots = slots_of(values, mask, nibble);
      token_word |= nibble << ${4 * c}u;
      let first = (row / 2u + ${2 * h}u) * args.cols + column + ${c}u;
      store_tokens_values(first, slots.x);
      store_tokens_values(first + args.cols, slots.y);
    }
//# end
    store_tokens_words((row / 4u + ${h}u) * column_blocks + column / 8u, i32(token_word));
  }
//# end
//# end
}

// Four neurons of a token: what the selection along tokens is made on, what is stored, and the mask along neurons.
struct Group {
  decided: vec4<f32>,
  values: vec4<f32>,
  mask: u32,
  nibble: u32,
}

fn store_neurons(row: u32, column: u32, group: Group) {
//# if NEURONS_PACKED
  let slots = slots_of(group.values, group.mask, group.nibble);
  let first = (row * args.cols + column) / 2u;
  store_neurons_values(first, slots.x);
  store_neurons_values(first + 1u, slots.y);
//# end
//# if !NEURONS_PACKED
//# for i < 4
  store_neurons_dense(row * args.cols + column + ${i}u, group.values[$i]);
//# end
//# end
//# if !TOKENS_PACKED
//# for i < 4
  store_tokens_dense(row * args.cols + column + ${i}u, group.values[$i]);
//# end
//# end
//# if !GATE
  let gates = slots_of(2.0 * group.decided, group.mask, group.nibble);
  let gate_place = (row * args.cols + column) / 2u;
  store_gate_values(gate_place, gates.x);
  store_gate_values(gate_place + 1u, gates.y);
//# end
}

fn store_neuron_words(row: u32, column: u32, word: u32) {
  let place = row / 8u * (args.cols / 4u) + column / 4u;
//# if NEURONS_PACKED
  store_neurons_words(place, i32(word));
//# end
//# if !GATE
  store_gate_words(place, i32(word));
//# end
}
