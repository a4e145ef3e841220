// Selects from value_<token>_<group>, eight tokens from `row` times eight neurons from `column`: whole words of metadata in both
// directions. Rows from `end` on are not there.
//# for g < 2
    var neuron_word_$g = 0u;
//# for r < 8
    var kept_${r}_$g = Group(vec4<f32>(0.0), vec4<f32>(0.0), 0u, 0u);
    if (row + ${r}u < end && column + ${4 * g}u < args.cols) {
      kept_${r}_$g = select_group(row + ${r}u, column + ${4 * g}u, value_${r}_$g);
      neuron_word_$g |= kept_${r}_$g.nibble << ${4 * r}u;
      store_neurons(row + ${r}u, column + ${4 * g}u, kept_${r}_$g);
    }
//# end
    if (column + ${4 * g}u < args.cols) {
      store_neuron_words(row, column + ${4 * g}u, neuron_word_$g);
    }
//# end
//# if TOKENS_PACKED
//# for h < 2
    if (row + ${4 * h}u < end) {
      var token_word_$h = store_tokens(
        row + ${4 * h}u, column, kept_${4 * h}_0, kept_${4 * h + 1}_0, kept_${4 * h + 2}_0, kept_${4 * h + 3}_0);
      if (column + 4u < args.cols) {
        token_word_$h |= store_tokens(
          row + ${4 * h}u, column + 4u, kept_${4 * h}_1, kept_${4 * h + 1}_1, kept_${4 * h + 2}_1, kept_${4 * h + 3}_1) << 16u;
      }
      store_token_words(row + ${4 * h}u, column, token_word_$h);
    }
//# end
//# end
