import { assertEquals } from "@std/assert";
import { gridOf, workgroupsFor } from "./_launch.ts";

Deno.test("a grid that fits is dispatched as it is", () => {
  const grid = gridOf([65_535, 7, 65_535]);
  assertEquals(grid, { workgroups: [65_535, 7, 65_535], constants: { FOLDED: 0 }, integers: {} });
});

Deno.test("a grid that is too long for a dimension is dispatched in a row that has room for all of it", () => {
  for (const grid of [[65_536, 1, 1], [3, 65_538, 1], [1, 2, 70_000]] as const) {
    const { workgroups, constants, integers } = gridOf(grid);
    const [grid_x, grid_y, grid_z] = grid;
    assertEquals(constants, { FOLDED: 1 });
    assertEquals(integers, { grid_x, grid_y, grid_z });
    assertEquals(workgroups, workgroupsFor(grid_x * grid_y * grid_z, 1));
    assertEquals(workgroups.every((groups) => groups <= 65_535), true);
  }
});
