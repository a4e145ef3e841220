fn update_unit(i: u32) {
  let first = i / args.width * args.slots;
  var sum = Unit();
  for (var slot = first; slot < first + args.slots; slot++) {
    sum += load_x_unit(u32(load_positions(slot)) * args.width + i % args.width);
  }
  store_out_unit(i, sum);
}
