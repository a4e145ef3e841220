fn update_unit(i: u32) {
  let x = load_x_unit(i);
  let r = select(x, Unit(), x <= Unit());
  store_d_x_unit(i, 2.0 * load_d_out_unit(i) * r);
}
