// Rows of a segment times the features of its cluster, contracted over the neurons of the cluster.
fn plan_tile(tile: vec3<u32>, rows: u32, columns: u32) -> Plan {
  let segment = expert_tile(tile.x, rows);
  var plan: Plan;
  plan.a_first = segment.first;
  plan.a_end = segment.end;
  plan.b_first = tile.y * columns;
  plan.b_end = args.columns;
  plan.b_inner = segment.expert * args.depth;
  plan.depth = args.depth;
  plan.out_row = segment.first;
  plan.out_column = plan.b_first;
  return plan;
}
