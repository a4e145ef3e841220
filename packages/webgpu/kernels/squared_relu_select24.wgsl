// Both selections are made on r = relu(y1); what is stored is r², and 2r in the gate.
fn group_at(row: u32, column: u32) -> Group {
  let first = row * args.cols + column;
  let y1 = rounded(vec4<f32>(load_y1(first), load_y1(first + 1u), load_y1(first + 2u), load_y1(first + 3u)));
  let r = select(y1, vec4<f32>(0.0), y1 <= vec4<f32>(0.0));
  let mask = keep_largest(r);
  let kept = masked(r, mask);
  return Group(kept, kept * kept, mask, nibble_of(mask));
}
