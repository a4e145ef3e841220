fn update_unit(i: u32) {
  let row = u32(load_rows(i / args.width));
  if (row < args.capacity) {
    store_out_unit(row * args.width + i % args.width, load_x_unit(i));
  }
}
