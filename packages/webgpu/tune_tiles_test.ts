import { assertEquals, assertStringIncludes } from "@std/assert";
import { findFault } from "./_tuning_check.ts";
import { deviceTests } from "./_testing.ts";
import { fittingTiles, hardwareTiles, type ProductTileName, softwareTiles } from "./tile_choice.ts";
import { bestTiles, type TileMeasurement } from "./tune_tiles.ts";

Deno.test("the fastest right tile of every kind is chosen, whatever order they come in", () => {
  const measurements: TileMeasurement[] = [
    { kind: "groupedMatmul", tile: "64x64/4x4", milliseconds: 3 },
    { kind: "matmul", tile: "64x64/4x4", milliseconds: 2 },
    { kind: "groupedMatmul", tile: "32x32/4x4", milliseconds: 1 },
    { kind: "matmul", tile: "128x128/8x8", fault: "Cannot pass" },
    { kind: "matmul", tile: "64x64/8x8", milliseconds: 4 },
    { kind: "matmul", tile: "of another version", milliseconds: 5 },
  ];
  const expected = { ...softwareTiles, matmul: "64x64/4x4", groupedMatmul: "32x32/4x4" };
  assertEquals(bestTiles(softwareTiles, measurements), expected as typeof softwareTiles);
  assertEquals(bestTiles(softwareTiles, measurements.toReversed()), expected as typeof softwareTiles);
  assertEquals(bestTiles(hardwareTiles, []), hardwareTiles);
});

Deno.test("an adapter gets the tiles that it has room for, in every kind one at least", () => {
  const small = fittingTiles({ maxComputeInvocationsPerWorkgroup: 64, maxComputeWorkgroupStorageSize: 8192 });
  assertEquals(small.matmul, ["16x64/16x8", "8x64/8x8", "4x64/4x8", "32x32/4x4", "64x64/8x8"]);
  assertEquals(small.groupedMatmul, small.matmul);
  const least = fittingTiles({ maxComputeInvocationsPerWorkgroup: 8, maxComputeWorkgroupStorageSize: 0 });
  assertEquals(least.attention, ["8/4x4", "8/2x2"]);
});

const gpuTest = await deviceTests();
gpuTest("tiles are held against the contract before anybody measures them", async () => {
  assertEquals(await findFault("attention", hardwareTiles), undefined);
  const unknown = { ...hardwareTiles, matmul: "1x1/1x1" as ProductTileName };
  assertStringIncludes(await findFault("matmul", unknown) ?? "", "no room for matmul tiles of 1x1/1x1");
});
