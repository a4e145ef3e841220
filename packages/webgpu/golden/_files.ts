import { KERNEL_NAMES, type KernelName } from "@beyond24/device";
import { hardwareTiles, TILE_NAMES } from "../tile_choice.ts";
import type { GoldenCase } from "./_case.ts";
import { GOLDEN_CASES } from "./_cases.ts";
import { type Adapter, textsOfCase, textsOfContract } from "./_texts.ts";

/** What kernels bind at most on the least adapter that WebGPU allows. */
const LEAST_BUFFERS = 8;

/** Small tiles, whose texts can be read. */
const READABLE: Adapter = {
  activationType: "f16",
  tiles: { ...hardwareTiles, matmul: "32x32/4x4", groupedMatmul: "32x32/4x4", attention: "8/2x2" },
  subgroups: "none",
  mostBuffers: LEAST_BUFFERS,
};

/** Files by name: texts of every kernel, to be read and compared, and digests of all texts that have many forms. */
export async function goldenFiles(): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const name of KERNEL_NAMES) files.set(`texts/${name}.wgsl.txt`, await readableTexts(name));
  return files.set("digests.json", `${JSON.stringify(await digests(), undefined, 2)}\n`);
}

/** The texts of the first case of a kernel, or of what its contract begins with. */
async function readableTexts(name: KernelName): Promise<string> {
  const goldenCase = GOLDEN_CASES.find((one) => one.name.split(" ", 1)[0] === name);
  const texts = goldenCase ? textsOfCase(goldenCase, READABLE) : await textsOfContract(name, READABLE);
  const title = `// Written by deno task build:wgsl: ${goldenCase?.name ?? name}.`;
  return [title, ...texts.map(({ kernel, text }) => `// ${kernel}\n${text}\n`)].join("\n");
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
