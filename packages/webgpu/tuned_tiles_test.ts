import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { createWebGpuDevice } from "./create_web_gpu_device.ts";
import { deviceTests } from "./_testing.ts";
import { hardwareTiles, TILE_NAMES } from "./tile_choice.ts";
import { adapterKey, encodeTunedTiles, parseTunedTiles } from "./tuned_tiles.ts";

const choice = fc.record({
  matmul: fc.constantFrom(...TILE_NAMES.matmul),
  groupedMatmul: fc.constantFrom(...TILE_NAMES.groupedMatmul),
  attention: fc.constantFrom(...TILE_NAMES.attention),
  leastWorkgroups: fc.nat(),
}, { noNullPrototype: true });

Deno.test("tuned tiles of any adapters come back", () => {
  const entries = fc.array(fc.tuple(fc.oneof(fc.string(), fc.constant("__proto__")), choice));
  fc.assert(fc.property(entries.map((all) => new Map(all)), (tuned) => {
    const order = (tiles: typeof tuned) => [...tiles].sort(([a], [b]) => a < b ? -1 : 1);
    assertEquals(order(new Map(parseTunedTiles(encodeTunedTiles(tuned)))), order(tuned));
  }));
});

Deno.test("anything else is refused with a SyntaxError of one line", () => {
  const refuses = (text: string) => {
    try {
      parseTunedTiles(text);
    } catch (error) {
      assertEquals(error instanceof SyntaxError && error.message.startsWith("Cannot use tuned tiles as "), true);
      assertEquals(String(error).split("\n").length, 1);
    }
  };
  const part = fc.oneof(fc.jsonValue(), fc.constantFrom(...TILE_NAMES.matmul), choice);
  const adapters = fc.dictionary(fc.string(), fc.oneof(part, fc.record({ matmul: part, attention: part })));
  fc.assert(fc.property(fc.string(), refuses));
  for (const text of ["\n\n{", "{\n}\n}", ""]) refuses(text);
  fc.assert(fc.property(fc.json(), refuses));
  fc.assert(
    fc.property(
      fc.record({ version: fc.constantFrom(1, 2, "1"), adapters: fc.oneof(adapters, part) }),
      (file) => refuses(JSON.stringify(file)),
    ),
  );
});

Deno.test("what is wrong is named", () => {
  const file = (change: Record<string, unknown>) =>
    JSON.stringify({ version: 2, adapters: { gpu: { ...hardwareTiles, ...change } } });
  assertThrows(() => parseTunedTiles("{"), SyntaxError, "they are no JSON");
  assertThrows(() => parseTunedTiles(`{"version":1,"adapters":{}}`), SyntaxError, "another version");
  assertThrows(() => parseTunedTiles(file({ matmul: "1x1/1x1" })), SyntaxError, "matmul of adapter gpu is unknown");
  assertThrows(() => parseTunedTiles(file({ attention: 3 })), SyntaxError, "attention of adapter gpu is unknown");
  for (const leastWorkgroups of ["many", -1, 0.5, 2 ** 53]) {
    assertThrows(() => parseTunedTiles(file({ leastWorkgroups })), SyntaxError, "leastWorkgroups");
  }
});

const gpuTest = await deviceTests();
gpuTest("a device takes what was tuned for its adapter, and only that", async () => {
  const plain = await createWebGpuDevice();
  const tunedTiles = new Map([[plain.adapter, hardwareTiles], [adapterKey({ vendor: "other" }), plain.tiles]]);
  const tuned = await createWebGpuDevice({ tunedTiles });
  assertEquals(tuned.tiles, hardwareTiles);
  const forced = await createWebGpuDevice({ tunedTiles, tiles: plain.tiles });
  assertEquals(forced.tiles, plain.tiles);
  const other = await createWebGpuDevice({ tunedTiles: new Map([["other", hardwareTiles]]) });
  assertEquals(other.tiles, plain.tiles);
  for (const device of [plain, tuned, forced, other]) device.dispose();
});
