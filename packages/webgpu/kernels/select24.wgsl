fn select_group(x: vec4<f32>) -> Kept {
  return Kept(x, keep_largest(x));
}
