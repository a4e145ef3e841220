// One invocation turns a unit of pairs. `args.width` is that of half a head.
fn update_unit(pair: u32) {
  let i = pair % args.width;
  let row = pair / args.width;
  let first = row * 2u * args.width + i;
  let second = first + args.width;
//# if GIVEN
  let position = load_positions(row / args.heads);
  if (position < 0) {
    store_out_unit(first, Unit(args.not_a_number));
    store_out_unit(second, Unit(args.not_a_number));
    return;
  }
//# end
//# if !GIVEN
  let position = row / args.heads;
//# end
  let angle = u32(position) % args.sequence_length * args.width + i;
  let c = load_cosines_unit(angle);
  let s = args.direction * load_sines_unit(angle);
  let a = load_x_unit(first);
  let b = load_x_unit(second);
  store_out_unit(first, a * c - b * s);
  store_out_unit(second, b * c + a * s);
}
