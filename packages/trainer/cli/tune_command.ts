import { UsageError } from "@beyond24/run";
import { quietDrivers } from "../device/quiet_drivers.ts";
import { checkTunedTilesPath, shownPath, tunedTilesPath, writeTunedTiles } from "../device/tuned_tiles_file.ts";
import { type Call, type Command, defineCommand } from "./command.ts";
import { exitCodes } from "./exit_codes.ts";
import type { FlagTable } from "./flag.ts";
import { computing } from "./permissions.ts";

const flags = {
  out: {
    kind: "text",
    form: "the path of a file",
    placeholder: "file",
    sentence:
      "Where to keep them; else beyond24/webgpu-tiles.json in the folder for caches, where train looks for them",
  },
  rounds: {
    kind: "integer",
    minimum: 1,
    maximum: 1_000_000,
    placeholder: "number",
    default: 7,
    sentence: "Measurements of every tile",
  },
} as const satisfies FlagTable;

/** `tune`: measures tile sizes on this machine's WebGPU adapter and keeps the best. */
export const tuneCommand: Command = defineCommand({
  name: "tune",
  sentence: "Finds the best tile sizes for this machine's WebGPU adapter; train uses them from then on",
  flags,
  tasks: [{ name: "tune", permissions: { ...computing, write: true } }],
  run: async (call) => {
    await tune(call);
    return exitCodes.done;
  },
});

async function tune({ flags: { out, rounds }, terminal }: Call<typeof flags>): Promise<void> {
  const path = out ?? tunedTilesPath();
  if (path === undefined) {
    throw new UsageError("Cannot tune as there is no folder for caches to keep the result in: name a file with --out");
  }
  await checkTunedTilesPath(path);
  quietDrivers();
  const { tuneTiles } = await import("@beyond24/webgpu");
  terminal.error("Measuring tile sizes, which takes about a minute on a GPU and longer on software\n");
  const { adapter, tiles } = await tuneTiles({
    rounds,
    onMeasurement: ({ kind, tile, milliseconds, fault }) => {
      const result = milliseconds === undefined ? `left out: ${fault}` : `${milliseconds.toFixed(3).padStart(9)} ms`;
      terminal.out(`${kind.padEnd(14)}${tile.padEnd(13)}${result}\n`);
    },
  });
  await writeTunedTiles(path, new Map([[adapter, tiles]]));
  terminal.out(
    `Best for ${adapter}: matmul ${tiles.matmul}, grouped products ${tiles.groupedMatmul}, attention ` +
      `${tiles.attention}\nKept in ${shownPath(path)}\n`,
  );
}
