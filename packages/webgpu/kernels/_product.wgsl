// What one workgroup computes: lines a_first to a_end of the left operand times lines b_first to b_end of the right one,
// both from their first element of the sum on, `depth` elements deep.
struct Plan {
  a_first: u32,
  a_end: u32,
  a_inner: u32,
  b_first: u32,
  b_end: u32,
  b_inner: u32,
  depth: u32,
  out_row: u32,
  out_column: u32,
}

// The nibbles of eight lines that start at line `shift` of the first of two words.
fn funnel(low: u32, high: u32, shift: u32) -> u32 {
  return (low >> (4u * shift)) | select(0u, high << (4u * (8u - shift)), shift > 0u);
}

// A group of four from its two stored values.
fn spread(slots: vec2<f32>, nibble: u32) -> vec4<f32> {
  let places = vec4<u32>(0u, 1u, 2u, 3u);
  return select(
    select(vec4<f32>(0.0), vec4<f32>(slots.y), places == vec4<u32>((nibble >> 2u) & 3u)),
    vec4<f32>(slots.x), places == vec4<u32>(nibble & 3u));
}
