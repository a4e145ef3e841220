// Where a row of the product goes; negative for nowhere.
fn result_row(row: u32) -> i32 {
//# if MAPPED
  return load_row_map(row);
//# end
//# if !MAPPED
  return i32(row);
//# end
}

//# if OUT_VECTOR
fn store_four(i: u32, value: vec4<f32>) {
//# if ACCUMULATE
  store4_out(i, load4_out(i) + value);
//# end
//# if !ACCUMULATE
  store4_out(i, value);
//# end
}
//# end
//# if !OUT_VECTOR
fn store_one(i: u32, value: f32) {
//# if ACCUMULATE
  store_out(i, load_out(i) + value);
//# end
//# if !ACCUMULATE
  store_out(i, value);
//# end
}
//# end
