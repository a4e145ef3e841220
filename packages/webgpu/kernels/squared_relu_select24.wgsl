// Both selections are made on r = relu(y1); what is stored is r², and r in the relu.
fn select_group(row: u32, column: u32, y1: vec4<f32>) -> Group {
  let y = rounded(y1);
  let r = select(y, vec4<f32>(0.0), y <= vec4<f32>(0.0));
  let mask = keep_largest(r);
  let kept = masked(r, mask);
  return Group(kept, kept * kept, mask, nibble_of(mask));
}
