import { findFault } from "./_tuning_check.ts";
import { tuningWorkloads } from "./_tuning_workloads.ts";
import { createWebGpuDevice } from "./create_web_gpu_device.ts";
import { fittingTiles, TILE_NAMES, type TileChoice, type TileKind } from "./tile_choice.ts";
import type { WebGpuDevice } from "./web_gpu_device.ts";

/** How one entry of the table did. */
export interface TileMeasurement {
  /** Kind of kernel. */
  readonly kind: TileKind;
  /** Name of the entry. */
  readonly tile: string;
  /** Median of a run, in milliseconds; missing where its results were wrong. */
  readonly milliseconds?: number;
  /** What was wrong with its results. */
  readonly fault?: string;
}

/** Options of {@linkcode tuneTiles}. */
export interface TuneOptions {
  /** Measurements of every entry, of which the median counts. Default 7. */
  readonly rounds?: number;
  /** Is told every measurement. */
  readonly onMeasurement?: (measurement: TileMeasurement) => void;
}

/**
 * Runs that are measured together last at least as long: a wait, of ten milliseconds and more, is then a small part of
 * them.
 */
const BATCH_MILLISECONDS = 200;
const MOST_RUNS = 512;

/**
 * Measures the entries of the table of tile sizes on this machine's adapter: those that it has room for, each held
 * against the kernel contract first, taking turns.
 *
 * @param options How long to measure
 * @returns Key of the adapter, the fastest right entry of every kind, and all measurements
 * @throws {DeviceUnavailableError} When there is no adapter
 *
 * @example Tune, where there is an adapter
 * ```ts ignore
 * import { createWebGpuDevice, tuneTiles } from "@beyond24/webgpu";
 *
 * const { tiles } = await tuneTiles();
 * const device = await createWebGpuDevice({ tiles });
 * ```
 */
export async function tuneTiles(
  { rounds = 7, onMeasurement }: TuneOptions = {},
): Promise<{ adapter: string; tiles: TileChoice; measurements: TileMeasurement[] }> {
  const device = await createWebGpuDevice();
  const { adapter, tiles, limits } = device;
  device.dispose();
  const candidates = fittingTiles(limits);
  const measurements: TileMeasurement[] = [];
  for (const kind of Object.keys(TILE_NAMES) as TileKind[]) {
    const own = await measureKind(kind, candidates[kind].map((tile) => ({ ...tiles, [kind]: tile })), rounds);
    for (const measurement of own) onMeasurement?.(measurement);
    measurements.push(...own);
  }
  return { adapter, tiles: bestTiles(tiles, measurements), measurements };
}

/**
 * The fastest entries that gave right results.
 *
 * @param before What is kept where none did
 * @param measurements Entries by kind, the first of equally fast ones wins
 * @returns The choice
 *
 * @example A wrong one does not count
 * ```ts
 * import { bestTiles, hardwareTiles } from "@beyond24/webgpu";
 * import { assertEquals } from "@std/assert";
 *
 * const tiles = bestTiles(hardwareTiles, [
 *   { kind: "matmul", tile: "64x64/4x4", milliseconds: 2 },
 *   { kind: "matmul", tile: "128x64/8x8", milliseconds: 1 },
 *   { kind: "attention", tile: "32/2x2", fault: "Cannot pass as all is NaN" },
 * ]);
 * assertEquals(tiles, { ...hardwareTiles, matmul: "128x64/8x8" });
 * ```
 */
export function bestTiles(before: TileChoice, measurements: readonly TileMeasurement[]): TileChoice {
  const best = <Kind extends TileKind>(kind: Kind): TileChoice[Kind] => {
    const names: readonly TileChoice[Kind][] = TILE_NAMES[kind];
    const [first] = measurements
      .filter(({ kind: other, milliseconds }) => other === kind && milliseconds !== undefined)
      .sort((a, b) => (a.milliseconds ?? Infinity) - (b.milliseconds ?? Infinity));
    return names.find((name) => name === first?.tile) ?? before[kind];
  };
  return { ...before, matmul: best("matmul"), groupedMatmul: best("groupedMatmul"), attention: best("attention") };
}

async function measureKind(kind: TileKind, choices: readonly TileChoice[], rounds: number): Promise<TileMeasurement[]> {
  const faults: (string | undefined)[] = [];
  for (const tiles of choices) faults.push(await findFault(kind, tiles));
  const right = choices.filter((_, i) => faults[i] === undefined);
  const times = await takeTurns(kind, right, rounds);
  return choices.map((tiles, i) => {
    const fault = faults[i];
    const tile = tiles[kind];
    return fault === undefined
      ? { kind, tile, milliseconds: times[right.indexOf(tiles)] ?? NaN }
      : { kind, tile, fault };
  });
}

/** Median milliseconds of a run with each of some tiles. */
async function takeTurns(kind: TileKind, choices: readonly TileChoice[], rounds: number): Promise<number[]> {
  const contestants: { device: WebGpuDevice; run: () => void; runs: number; times: number[] }[] = [];
  for (const tiles of choices) {
    const device = await createWebGpuDevice({ tiles });
    const run = tuningWorkloads[kind](device);
    await timeRuns(device, run, 1); // compiles
    let runs = 1;
    while (runs * await timeRuns(device, run, runs) < BATCH_MILLISECONDS && runs < MOST_RUNS) runs *= 2;
    contestants.push({ device, run, runs, times: [] });
  }
  for (let round = 0; round < rounds; round++) {
    for (const { device, run, runs, times } of contestants) times.push(await timeRuns(device, run, runs));
  }
  for (const { device } of contestants) device.dispose();
  return contestants.map(({ times }) => times.sort((a, b) => a - b)[times.length >> 1] ?? NaN);
}

async function timeRuns(device: WebGpuDevice, run: () => void, runs: number): Promise<number> {
  const start = performance.now();
  for (let i = 0; i < runs; i++) run();
  await device.synchronize();
  return (performance.now() - start) / runs;
}
