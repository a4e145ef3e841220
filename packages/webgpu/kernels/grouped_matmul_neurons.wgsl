// Rows of a segment times the neurons of its cluster, contracted over the features.
fn plan_tile(tile: vec3<u32>, rows: u32, columns: u32) -> Plan {
  let segment = expert_tile(tile.x, rows);
  var plan: Plan;
  plan.a_first = segment.first;
  plan.a_end = segment.end;
  plan.b_first = segment.expert * args.columns + tile.y * columns;
  plan.b_end = (segment.expert + 1u) * args.columns;
  plan.depth = args.depth;
  plan.out_row = segment.first;
  plan.out_column = tile.y * columns;
  return plan;
}
