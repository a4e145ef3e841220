import { hardwareTiles, TILE_NAMES, type TileChoice } from "../tile_choice.ts";
import type { GoldenCase } from "./_case.ts";
import { GOLDEN_CASES } from "./_cases.ts";
import { textsOfCase } from "./_texts.ts";

/** What kernels bind at most on the least adapter that WebGPU allows. */
const LEAST_BUFFERS = 8;

/** Small tiles, whose texts can be read. */
const READABLE_TILES: TileChoice = {
  ...hardwareTiles,
  matmul: "32x32/4x4",
  groupedMatmul: "32x32/4x4",
  attention: "8/2x2",
};

/** Files by name: the first texts of every kernel, to be read and compared, and digests of all texts in every form. */
export async function goldenFiles(): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const goldenCase of GOLDEN_CASES) {
    const file = `texts/${kernelOf(goldenCase)}.wgsl`;
    if (!files.has(file)) files.set(file, readableText(goldenCase));
  }
  return files.set("digests.json", `${JSON.stringify(await digests(), undefined, 2)}\n`);
}

function kernelOf({ name }: GoldenCase): string {
  return name.split(" ", 1)[0] ?? name;
}

function readableText(goldenCase: GoldenCase): string {
  const adapter = {
    activationType: "f16",
    tiles: READABLE_TILES,
    subgroups: "none",
    mostBuffers: LEAST_BUFFERS,
  } as const;
  const texts = textsOfCase(goldenCase, adapter).map(({ kernel, text }) => `// ${kernel}\n${text}\n`);
  return [`// Written by deno task build:wgsl: ${goldenCase.name}.`, ...texts].join("\n");
}

/** By storage type and case: a digest of its texts with every tile, or with subgroups and without. */
async function digests(): Promise<Record<string, string>> {
  const result: Record<string, string> = {};
  for (const activationType of ["f32", "f16"] as const) {
    for (const goldenCase of GOLDEN_CASES) {
      const texts = variants(goldenCase, activationType);
      result[`${activationType} ${goldenCase.name}`] = await digestOf(texts.join("\n"));
    }
  }
  return result;
}

function variants(goldenCase: GoldenCase, activationType: "f32" | "f16"): string[] {
  const { varies } = goldenCase;
  const tiles = varies === undefined ? [{}] : TILE_NAMES[varies].map((name) => ({ [varies]: name }));
  const forms = varies === undefined ? ["none", "plain", "enabled"] as const : ["none"] as const;
  return tiles.flatMap((tile) =>
    forms.flatMap((subgroups) => {
      const choice = { ...hardwareTiles, leastWorkgroups: 0, ...tile };
      const adapter = { activationType, tiles: choice, subgroups, mostBuffers: LEAST_BUFFERS };
      return textsOfCase(goldenCase, adapter).map(({ text }) => text);
    })
  );
}

async function digestOf(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return new Uint8Array(digest).toHex().slice(0, 16);
}
