fn update_unit(i: u32) {
  let row = u32(load_tokens(i / args.width));
  store_out_unit(i, load_table_unit(row * args.width + i % args.width));
}
