// The place of a workgroup in its grid. A grid that is too long for a dimension is dispatched as one row of workgroups, folded.
//# if FOLDED
fn place_of(id: vec3<u32>, groups: vec3<u32>) -> vec3<u32> {
  let i = id.y * groups.x + id.x;
  return vec3<u32>(i % args.grid_x, i / args.grid_x % args.grid_y, i / args.grid_x / args.grid_y);
}

fn is_in_grid(place: vec3<u32>) -> bool {
  return place.z < args.grid_z;
}
//# end
//# if !FOLDED
fn place_of(id: vec3<u32>, groups: vec3<u32>) -> vec3<u32> {
  return id;
}

fn is_in_grid(place: vec3<u32>) -> bool {
  return true;
}
//# end
