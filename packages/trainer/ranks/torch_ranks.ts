import type { MeetingPlace } from "./socket_group.ts";

/** What `torchrun`, or `train --gpus`, told this process. */
export interface TorchRanks extends MeetingPlace {
  /** Number of this process among those of its machine. */
  readonly localRank: number;
  /** Number of them on its machine. */
  readonly localSize: number;
  /** Whether somebody serves the ranks; else rank 0 has to. */
  readonly isServed: boolean;
}

/** Set where whoever started the ranks serves them, so that rank 0 need not. */
const SERVED = "BEYOND24_RANKS_SERVED";

/** Names of the environment variables that {@linkcode torchRanks} asks for: those of PyTorch, and one of our own. */
export const TORCH_VARIABLES = [
  "RANK",
  "WORLD_SIZE",
  "LOCAL_RANK",
  "LOCAL_WORLD_SIZE",
  "MASTER_ADDR",
  "MASTER_PORT",
  "TORCHELASTIC_RUN_ID",
  SERVED,
] as const;

/** Name of an environment variable of {@linkcode torchRanks}. */
export type TorchVariable = typeof TORCH_VARIABLES[number];

/**
 * Whether this process is one of several that `torchrun --no-python` or `train --gpus` started.
 *
 * @param read Reads an environment variable
 * @returns Rank, size and where the ranks meet; undefined where none is started like that, or one process alone
 */
export function torchRanks(read: (name: TorchVariable) => string | undefined): TorchRanks | undefined {
  const number = (name: TorchVariable) => Number(read(name) ?? NaN);
  const [rank, size, port] = [number("RANK"), number("WORLD_SIZE"), number("MASTER_PORT")];
  const hostname = read("MASTER_ADDR");
  if (!(size > 1) || !(rank >= 0) || !(port > 0) || hostname === undefined) return undefined;
  const isServed = read(SERVED) !== undefined;
  // torchrun keeps a store of its own at the port that it names.
  const isTaken = !isServed && read("TORCHELASTIC_RUN_ID") !== undefined;
  return {
    rank,
    size,
    localRank: Number(read("LOCAL_RANK") ?? rank),
    localSize: Number(read("LOCAL_WORLD_SIZE") ?? 1),
    hostname,
    port: isTaken ? port + 1 : port,
    isServed,
  };
}

/**
 * The variables of a rank on the machine of the process that starts it, and that serves the ranks.
 *
 * @param rank Number of the rank
 * @param size Number of ranks
 * @param port Where they meet
 * @returns Values by name
 */
export function torchEnvironment(rank: number, size: number, port: number): Readonly<Record<string, string>> {
  return {
    RANK: `${rank}`,
    WORLD_SIZE: `${size}`,
    LOCAL_RANK: `${rank}`,
    LOCAL_WORLD_SIZE: `${size}`,
    MASTER_ADDR: "127.0.0.1",
    MASTER_PORT: `${port}`,
    [SERVED]: "1",
  };
}
