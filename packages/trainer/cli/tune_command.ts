import { UsageError } from "@beyond24/run";
import { Command } from "commander";
import { tunedTilesPath, writeTunedTiles } from "../device/tuned_tiles_file.ts";
import type { Terminal } from "./terminal.ts";

/** What the flags of `tune` parse to. */
interface TuneOptions {
  readonly out?: string;
  readonly rounds: string;
}

/** `tune`: measures tile sizes on this machine's WebGPU adapter and keeps the best. */
export function tuneCommand(terminal: Terminal): Command {
  return new Command("tune")
    .description("Finds the best tile sizes for this machine's WebGPU adapter; train uses them from then on.")
    .option("--out <file>", "where to keep them (default: beyond24/webgpu-tiles.json in the folder for caches)")
    .option("--rounds <number>", "measurements of every tile", "7")
    .action(async (options: TuneOptions) => {
      const rounds = Number(options.rounds);
      if (!(Number.isInteger(rounds) && rounds > 0)) {
        throw new UsageError(`Cannot tune as --rounds must be a positive integer: current value is ${options.rounds}`);
      }
      const path = options.out ?? tunedTilesPath();
      if (path === undefined) {
        throw new UsageError(
          "Cannot tune as there is no folder for caches to keep the result in: name a file with --out",
        );
      }
      const { tuneTiles } = await import("@beyond24/webgpu");
      terminal.error("Measuring tile sizes, which takes about a minute on a GPU and longer on software\n");
      const { adapter, tiles } = await tuneTiles({
        rounds,
        onMeasurement: ({ kind, tile, milliseconds, fault }) =>
          terminal.out(
            `${kind.padEnd(14)}${tile.padEnd(13)}${
              milliseconds === undefined ? `left out: ${fault}` : `${milliseconds.toFixed(3).padStart(9)} ms`
            }\n`,
          ),
      });
      await writeTunedTiles(path, new Map([[adapter, tiles]]));
      terminal.out(
        `Best for ${adapter}: matmul ${tiles.matmul}, grouped products ${tiles.groupedMatmul}, attention ${tiles.attention}\n` +
          `Kept in ${path}\n`,
      );
    });
}
