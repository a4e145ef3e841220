// Loads OPERAND_0 to OPERAND_n: for each of COUNT neighbouring lines the elements k to k + 3 of the sum.
//# if OPERAND_PACKED
    let OPERAND_group = (plan.OPERAND_inner + k) / 4u;
//# for q < (COUNT + 7) / 8
//# if OPERAND_INNER
    let OPERAND_low_$q = u32(load_OPERAND_words(
      min(OPERAND_first / 8u + ${q}u, args.OPERAND_blocks - 1u) * args.OPERAND_groups + OPERAND_group));
    let OPERAND_high_$q = u32(load_OPERAND_words(
      min(OPERAND_first / 8u + ${q + 1}u, args.OPERAND_blocks - 1u) * args.OPERAND_groups + OPERAND_group));
//# end
//# if !OPERAND_INNER
    let OPERAND_low_$q = u32(load_OPERAND_words(
      OPERAND_group * args.OPERAND_blocks + min(OPERAND_first / 8u + ${q}u, args.OPERAND_blocks - 1u)));
    let OPERAND_high_$q = u32(load_OPERAND_words(
      OPERAND_group * args.OPERAND_blocks + min(OPERAND_first / 8u + ${q + 1}u, args.OPERAND_blocks - 1u)));
//# end
    let OPERAND_word_$q = funnel(OPERAND_low_$q, OPERAND_high_$q, OPERAND_first & 7u);
//# end
//# if OPERAND_INNER
//# for o < COUNT
    let OPERAND_line_$o = min(OPERAND_first + ${o}u, plan.OPERAND_end - 1u);
    let OPERAND_$o = spread(
      load2_OPERAND_values(2u * (OPERAND_line_$o * args.OPERAND_groups + OPERAND_group)),
      OPERAND_word_${o / 8} >> ${o % 8 * 4}u);
//# end
//# end
//# if !OPERAND_INNER
//# if OPERAND_VECTOR
//# for s < 2
//# for q < COUNT / 4
    let OPERAND_slot_${s}_$q = load4_OPERAND_values(
      (2u * OPERAND_group + ${s}u) * args.OPERAND_stride + min(OPERAND_first + ${4 * q}u, args.OPERAND_stride - 4u));
//# end
//# end
//# for o < COUNT
    let OPERAND_$o = spread(
      vec2<f32>(OPERAND_slot_0_${o / 4}[${o % 4}], OPERAND_slot_1_${o / 4}[${o % 4}]),
      OPERAND_word_${o / 8} >> ${o % 8 * 4}u);
//# end
//# end
//# if !OPERAND_VECTOR
//# for o < COUNT
    let OPERAND_place_$o = 2u * OPERAND_group * args.OPERAND_stride + min(OPERAND_first + ${o}u, plan.OPERAND_end - 1u);
    let OPERAND_$o = spread(
      vec2<f32>(load_OPERAND_values(OPERAND_place_$o), load_OPERAND_values(OPERAND_place_$o + args.OPERAND_stride)),
      OPERAND_word_${o / 8} >> ${o % 8 * 4}u);
//# end
//# end
//# end
//# end
//# if !OPERAND_PACKED
//# if OPERAND_INNER
//# for o < COUNT
    let OPERAND_start_$o = min(OPERAND_first + ${o}u, plan.OPERAND_end - 1u) * args.OPERAND_stride + plan.OPERAND_inner;
//# if OPERAND_VECTOR
    let OPERAND_$o = load4_OPERAND(OPERAND_start_$o + k);
//# end
//# if !OPERAND_VECTOR
    let OPERAND_$o = vec4<f32>(
      load_OPERAND(OPERAND_start_$o + min(k, last)), load_OPERAND(OPERAND_start_$o + min(k + 1u, last)),
      load_OPERAND(OPERAND_start_$o + min(k + 2u, last)), load_OPERAND(OPERAND_start_$o + min(k + 3u, last)));
//# end
//# end
//# end
//# if !OPERAND_INNER
//# for e < 4
    let OPERAND_row_$e = (plan.OPERAND_inner + min(k + ${e}u, last)) * args.OPERAND_stride;
//# if OPERAND_VECTOR
//# for q < COUNT / 4
    let OPERAND_across_${e}_$q = load4_OPERAND(
      OPERAND_row_$e + min(OPERAND_first + ${4 * q}u, args.OPERAND_stride - 4u));
//# end
//# end
//# end
//# for o < COUNT
//# if OPERAND_VECTOR
    let OPERAND_$o = vec4<f32>(
      OPERAND_across_0_${o / 4}[${o % 4}], OPERAND_across_1_${o / 4}[${o % 4}],
      OPERAND_across_2_${o / 4}[${o % 4}], OPERAND_across_3_${o / 4}[${o % 4}]);
//# end
//# if !OPERAND_VECTOR
    let OPERAND_line_$o = min(OPERAND_first + ${o}u, plan.OPERAND_end - 1u);
    let OPERAND_$o = vec4<f32>(
      load_OPERAND(OPERAND_row_0 + OPERAND_line_$o), load_OPERAND(OPERAND_row_1 + OPERAND_line_$o),
      load_OPERAND(OPERAND_row_2 + OPERAND_line_$o), load_OPERAND(OPERAND_row_3 + OPERAND_line_$o));
//# end
//# end
//# end
//# end
