// The two largest, or without bias one of every pair; a draw depends on its place.
fn select_group(x: vec4<f32>, line: u32, group: u32) -> Kept {
//# if UNBIASED
  let states = vec2<u32>(pair_state(2u * group), pair_state(2u * group + 1u));
  return Kept(pair_sums(x), keep_unbiased(x, states, line));
//# end
//# if !UNBIASED
  return Kept(x, keep_largest(x));
//# end
}
