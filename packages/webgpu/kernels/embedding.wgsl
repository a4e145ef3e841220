fn update_unit(i: u32) {
  let row = u32(load_tokens(i / args.width));
  if (row >= args.vocabulary) {
    store_out_unit(i, Unit(args.not_a_number));
    return;
  }
  store_out_unit(i, load_table_unit(row * args.width + i % args.width));
}
