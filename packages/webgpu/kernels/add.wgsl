fn update_unit(i: u32) {
  store_out_unit(i, load_a_unit(i) + load_b_unit(i));
}
