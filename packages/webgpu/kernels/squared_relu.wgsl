fn update_unit(i: u32) {
  let x = load_x_unit(i);
  // Not max: that may swallow a NaN.
  let r = select(x, Unit(), x <= Unit());
  store_out_unit(i, r * r);
}
