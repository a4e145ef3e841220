fn load_gate_word(row: u32, column: u32) -> u32 {
  return u32(load_gate_words(row / 8u * (args.cols / 4u) + min(column / 4u, args.cols / 4u - 1u)));
}

// dy1 = dy2 · gate at the two places that the gate names; along tokens the selection is made on the rounded product.
fn group_at(row: u32, column: u32, nibble: u32) -> Group {
  let first = row * args.cols + column;
  let gates = vec2<f32>(load_gate_values(first / 2u), load_gate_values(first / 2u + 1u));
  let places = vec4<u32>(0u, 1u, 2u, 3u);
  let gate = select(
    select(vec4<f32>(0.0), vec4<f32>(gates.y), places == vec4<u32>(nibble >> 2u)),
    vec4<f32>(gates.x), places == vec4<u32>(nibble & 3u));
  let dy2 = rounded(vec4<f32>(load_dy2(first), load_dy2(first + 1u), load_dy2(first + 2u), load_dy2(first + 3u)));
  let mask = mask_of(nibble);
  let dy1 = masked(rounded(dy2 * gate), mask);
  return Group(dy1, dy1, mask, nibble);
}
