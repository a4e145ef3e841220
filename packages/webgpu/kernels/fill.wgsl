fn update_unit(i: u32) {
//# if IS_INTEGER
  store_out_unit(i, Unit(i32(args.integer)));
//# end
//# if !IS_INTEGER
  store_out_unit(i, Unit(args.value));
//# end
}
