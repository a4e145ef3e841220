import { RanksError } from "./ranks_error.ts";
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
 * Whether this process is one of several that `torchrun --no-python` or `train --gpus` started: RANK and WORLD_SIZE are
 * set, and this is more than 1.
 *
 * @param read Reads an environment variable
 * @returns Rank, size and where the ranks meet; undefined where none is started like that, or one process alone
 * @throws {RanksError} If a variable is missing or no such number
 */
export function torchRanks(read: (name: TorchVariable) => string | undefined): TorchRanks | undefined {
  const size = Number(read("WORLD_SIZE") ?? 1);
  if (size === 1 || read("RANK") === undefined) return undefined;
  const whole = (name: TorchVariable, least: number, most: number, missing?: number): number => {
    const text = read(name);
    if (text === undefined && missing !== undefined) return missing;
    const value = Number(text ?? NaN);
    if (Number.isInteger(value) && value >= least && value <= most) return value;
    throw refusal(name, `must be a whole number from ${least} to ${most}`, text);
  };
  whole("WORLD_SIZE", 1, 2 ** 20);
  const rank = whole("RANK", 0, size - 1);
  const hostname = read("MASTER_ADDR");
  if (hostname === undefined) throw refusal("MASTER_ADDR", "must name the machine of rank 0", hostname);
  const isServed = read(SERVED) !== undefined;
  // torchrun keeps a store of its own at the port that it names.
  const isTaken = !isServed && read("TORCHELASTIC_RUN_ID") !== undefined;
  const port = whole("MASTER_PORT", 1, isTaken ? 65_534 : 65_535);
  return {
    rank,
    size,
    localRank: whole("LOCAL_RANK", 0, size - 1, rank),
    localSize: whole("LOCAL_WORLD_SIZE", 1, size, 1),
    hostname,
    port: isTaken ? port + 1 : port,
    isServed,
  };
}

function refusal(name: TorchVariable, rule: string, found: string | undefined): RanksError {
  const value = found === undefined ? "it is not set" : `current value is ${found}`;
  return new RanksError(
    `Cannot find the other processes as ${name} ${rule}: ${value}; start all of them with torchrun, or unset RANK and ` +
      "WORLD_SIZE",
  );
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
