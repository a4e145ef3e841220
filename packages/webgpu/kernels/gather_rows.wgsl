fn update_unit(i: u32) {
  let replica = load_order(i / args.width);
  if (replica < 0) {
    store_out_unit(i, Unit());
    return;
  }
  let row = u32(replica) / args.replicas;
  if (row >= args.tokens) {
    store_out_unit(i, Unit(args.not_a_number));
    return;
  }
  store_out_unit(i, load_x_unit(row * args.width + i % args.width));
}
