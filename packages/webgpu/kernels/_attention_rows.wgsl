// Elements 4 d to 4 d + 3 of a head's vector that starts at `base`; zeros behind its end.
//# if VECTOR
fn four_NAME(base: u32, d: u32) -> vec4<f32> {
  return load4_NAME(base + 4u * d);
}
//# end
//# if !VECTOR
fn four_NAME(base: u32, d: u32) -> vec4<f32> {
  var result = vec4<f32>(0.0);
  for (var i = 0u; i < 4u && 4u * d + i < HEAD_DIM; i++) {
    result[i] = load_NAME(base + 4u * d + i);
  }
  return result;
}
//# end
