import { type Launch, WORKGROUPS_PER_DIMENSION, workgroupsFor } from "../_launch.ts";
import { part, type ShaderPart, wgsl } from "../_wgsl.ts";

/** How a grid of workgroups is dispatched, and the text that finds a place in it. */
export interface Grid extends Required<Pick<Launch, "workgroups" | "integers">> {
  /** `place_of` and `is_in_grid`. */
  readonly text: ShaderPart;
}

/** A grid that is too long for a dimension is dispatched as one row of workgroups, folded. */
export function gridOf(grid: readonly [number, number, number]): Grid {
  if (grid.every((groups) => groups <= WORKGROUPS_PER_DIMENSION)) {
    return { workgroups: grid, integers: {}, text: part(gridText, { FOLDED: false }) };
  }
  const [grid_x, grid_y, grid_z] = grid;
  const workgroups = workgroupsFor(grid_x * grid_y * grid_z, 1);
  return { workgroups, integers: { grid_x, grid_y, grid_z }, text: part(gridText, { FOLDED: true }) };
}

const gridText = ({ FOLDED }: { readonly FOLDED: boolean }) => FOLDED ? FOLDED_GRID : PLAIN_GRID;

const FOLDED_GRID = wgsl`
  fn place_of(id: vec3<u32>, groups: vec3<u32>) -> vec3<u32> {
    let i = id.y * groups.x + id.x;
    return vec3<u32>(i % args.grid_x, i / args.grid_x % args.grid_y, i / args.grid_x / args.grid_y);
  }

  fn is_in_grid(place: vec3<u32>) -> bool {
    return place.z < args.grid_z;
  }
`;

const PLAIN_GRID = wgsl`
  fn place_of(id: vec3<u32>, groups: vec3<u32>) -> vec3<u32> {
    return id;
  }

  fn is_in_grid(place: vec3<u32>) -> bool {
    return true;
  }
`;
