fn update_unit(i: u32) {
  let first = i / args.width * args.slots;
  var sum = Unit();
  for (var slot = first; slot < first + args.slots; slot++) {
    let row = u32(load_positions(slot));
    if (row >= args.rows) {
      store_out_unit(i, Unit(args.not_a_number));
      return;
    }
    sum += load_x_unit(row * args.width + i % args.width);
  }
  store_out_unit(i, sum);
}
