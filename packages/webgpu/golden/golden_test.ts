import { assert, assertEquals } from "@std/assert";
import { KERNEL_NAMES } from "@beyond24/device";
import { GOLDEN_CASES } from "./_cases.ts";
import { hardwareTiles } from "../tile_choice.ts";
import { goldenFiles } from "./_files.ts";
import { textsOfCase, textsOfContract } from "./_texts.ts";

const files = await goldenFiles();

for (const [name, text] of files) {
  Deno.test(`${name} is what the kernels write; if it is meant to change: deno task build:wgsl`, () => {
    assertEquals(text, Deno.readTextFileSync(new URL(name, import.meta.url)));
  });
}

Deno.test("nothing else lies among the golden texts", () => {
  const found = [...Deno.readDirSync(new URL("texts", import.meta.url))].map(({ name }) => `texts/${name}`);
  assertEquals(found.sort(), [...files.keys()].filter((name) => name.startsWith("texts/")).sort());
});

Deno.test("no kernel binds more storage buffers than every adapter has", async () => {
  const adapter = { activationType: "f32", tiles: hardwareTiles, subgroups: "none", mostBuffers: 8 } as const;
  const contracts = await Promise.all(KERNEL_NAMES.map((name) => textsOfContract(name, adapter)));
  const cases = GOLDEN_CASES.map((goldenCase) => textsOfCase(goldenCase, adapter));
  for (const { kernel, text } of [...contracts, ...cases].flat()) {
    assert(text.split("var<storage").length - 1 <= 8, kernel);
  }
});
