fn plan_tile(tile: vec3<u32>, rows: u32, columns: u32) -> Plan {
  var plan: Plan;
  plan.a_first = tile.x * rows;
  plan.a_end = args.rows;
  plan.b_first = tile.y * columns;
  plan.b_end = args.columns;
  plan.depth = args.depth;
  plan.out_row = plan.a_first;
  plan.out_column = plan.b_first;
  return plan;
}
