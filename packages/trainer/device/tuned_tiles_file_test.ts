import { assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { hardwareTiles, softwareTiles } from "@beyond24/webgpu";
import { readTunedTiles, tunedTilesPath, writeTunedTiles } from "./tuned_tiles_file.ts";

async function withFolder(use: (path: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await use(join(folder, "caches", "tiles.json"));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("tuned tiles of several adapters share a file", () =>
  withFolder(async (path) => {
    const noWarning = (line: string) => assertEquals(line, "");
    assertEquals(await readTunedTiles(noWarning, path), new Map());
    await writeTunedTiles(path, new Map([["a", hardwareTiles]]));
    await writeTunedTiles(path, new Map([["b", softwareTiles]]));
    await writeTunedTiles(path, new Map([["a", softwareTiles]]));
    assertEquals(await readTunedTiles(noWarning, path), new Map([["a", softwareTiles], ["b", softwareTiles]]));
  }));

Deno.test("a file that is malformed or of another version is left out with one line, and can be replaced", () =>
  withFolder(async (path) => {
    await writeTunedTiles(path, new Map());
    for (
      const text of ["no JSON\n", `{"version":99,"adapters":{}}`, `{"version":1,"adapters":{"a":{"matmul":"2x2"}}}`]
    ) {
      await Deno.writeTextFile(path, text);
      const lines: string[] = [];
      assertEquals(await readTunedTiles((line) => lines.push(line), path), new Map());
      assertEquals(lines.length, 1);
      assertMatch(lines[0] ?? "", /^Cannot use tuned tiles as [^\n]*tiles\.json: run deno task tune again\)\n$/);
    }
    await writeTunedTiles(path, new Map([["a", hardwareTiles]]));
    assertEquals((await readTunedTiles(() => {}, path)).size, 1);
  }));

Deno.test({
  name: "without permission to read the environment there is no file, and nobody is asked",
  permissions: { env: false },
  fn: () => assertEquals(tunedTilesPath(), undefined),
});
