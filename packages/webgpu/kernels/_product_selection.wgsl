// Selects from the sums of a workgroup's tile. The 4 × 4 sums of an invocation are half a word of metadata in each direction;
// neighbours meet in workgroup memory that the product no longer needs, where 16 bits travel as a number.
//# for q < ROWS / 4
//# for p < COLS / 4
  {
    let down = ${q}u * LANES_Y + lane_y;
    let right = ${p}u * LANES_X + lane_x;
    let row = plan.a_first + 4u * down;
    let column = plan.out_column + 4u * right;
    if (row < plan.a_end && column < args.cols) {
      var halves = vec4<f32>(0.0);
      var neuron_half = 0u;
//# for r < 4
      let kept_$r = select_group(row + ${r}u, column, vec4<f32>(
        sum_${4 * q + r}_${4 * p}, sum_${4 * q + r}_${4 * p + 1}, sum_${4 * q + r}_${4 * p + 2}, sum_${4 * q + r}_${4 * p + 3}));
      neuron_half |= kept_$r.nibble << ${4 * r}u;
      store_neurons(row + ${r}u, column, kept_$r);
//# end
      halves.x = f32(neuron_half);
//# if TOKENS_PACKED
      halves.y = f32(store_tokens(row, column, kept_0, kept_1, kept_2, kept_3));
//# end
      a_tile[right / 4u][right % 4u][down] = halves;
    }
  }
//# end
//# end
  workgroupBarrier();
  for (var i = lane; i < A_GROUPS / 2u * B_GROUPS; i += LANES) {
    let down = i / B_GROUPS * 2u;
    let right = i % B_GROUPS;
    let row = plan.a_first + 4u * down;
    let column = plan.out_column + 4u * right;
    if (row < plan.a_end && column < args.cols) {
      let low = u32(a_tile[right / 4u][right % 4u][down].x);
      store_neuron_words(row, column, low | (u32(a_tile[right / 4u][right % 4u][down + 1u].x) << 16u));
    }
  }
//# if TOKENS_PACKED
  for (var i = lane; i < A_GROUPS * B_GROUPS / 2u; i += LANES) {
    let down = i / (B_GROUPS / 2u);
    let right = i % (B_GROUPS / 2u) * 2u;
    let row = plan.a_first + 4u * down;
    let column = plan.out_column + 4u * right;
    if (row < plan.a_end && column < args.cols) {
      var word = u32(a_tile[right / 4u][right % 4u][down].y);
      if (column + 4u < args.cols) {
        word |= u32(a_tile[right / 4u][right % 4u + 1u][down].y) << 16u;
      }
      store_token_words(row, column, word);
    }
  }
//# end
