fn update_unit(i: u32) {
  let replica = load_order(i / args.width);
  if (replica < 0) {
    store_out_unit(i, Unit());
    return;
  }
  store_out_unit(i, load_x_unit(u32(replica) / args.replicas * args.width + i % args.width));
}
