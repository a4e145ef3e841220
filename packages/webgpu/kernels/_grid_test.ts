import { assertEquals } from "@std/assert";
import { workgroupsFor } from "../_launch.ts";
import { valuesOf } from "../_wgsl.ts";
import { gridOf } from "./_grid.ts";

Deno.test("a grid that fits is dispatched as it is", () => {
  const { workgroups, integers, text } = gridOf([65_535, 7, 65_535]);
  assertEquals(workgroups, [65_535, 7, 65_535]);
  assertEquals(integers, {});
  assertEquals(valuesOf([text]), { FOLDED: false });
});

Deno.test("a grid that is too long for a dimension is dispatched in a row that has room for all of it", () => {
  for (const grid of [[65_536, 1, 1], [3, 65_538, 1], [1, 2, 70_000]] as const) {
    const { workgroups, text, integers } = gridOf(grid);
    const [grid_x, grid_y, grid_z] = grid;
    assertEquals(valuesOf([text]), { FOLDED: true });
    assertEquals(integers, { grid_x, grid_y, grid_z });
    assertEquals(workgroups, workgroupsFor(grid_x * grid_y * grid_z, 1));
    assertEquals(workgroups.every((groups) => groups <= 65_535), true);
  }
});
