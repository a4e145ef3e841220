//# if VECTOR
fn put_NAME(base: u32, d: u32, value: vec4<f32>) {
  store4_NAME(base + 4u * d, value);
}
//# end
//# if !VECTOR
fn put_NAME(base: u32, d: u32, value: vec4<f32>) {
  for (var i = 0u; i < 4u && 4u * d + i < HEAD_DIM; i++) {
    store_NAME(base + 4u * d + i, value[i]);
  }
}
//# end
