fn update_unit(i: u32) {
  store_out_unit(i, load_x_unit(i));
}
