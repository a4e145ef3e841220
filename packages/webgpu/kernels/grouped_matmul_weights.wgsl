// The neurons of a cluster times the features, contracted over the rows of its segment.
fn plan_tile(tile: vec3<u32>, rows: u32, columns: u32) -> Plan {
  let start = u32(load_offsets(tile.z));
  var plan: Plan;
  plan.a_first = tile.x * rows;
  plan.a_end = args.rows;
  plan.a_inner = start;
  plan.b_first = tile.y * columns;
  plan.b_end = args.columns;
  plan.b_inner = start;
  plan.depth = u32(load_offsets(tile.z + 1u)) - start;
  plan.out_row = tile.z * args.rows + plan.a_first;
  plan.out_column = plan.b_first;
  return plan;
}
