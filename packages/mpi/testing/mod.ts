/**
 * Starting programs in several processes, for tests.
 *
 * @module
 */
/** What processes that a launcher started together left behind. */
export interface RanksResult {
  /** Exit code of the launcher. */
  readonly code: number;
  /** What all of them wrote. */
  readonly stdout: string;
  /** What all of them complained about. */
  readonly stderr: string;
}

/** A launcher, and what it needs to run in a container. */
export interface Launcher {
  /** Its name. */
  readonly command: string;
  /** Arguments in front of all others. */
  readonly args: readonly string[];
}

/** Launchers of the two families that Debian has. */
export const LAUNCHERS: readonly Launcher[] = [
  { command: "mpiexec.mpich", args: [] },
  { command: "mpiexec.openmpi", args: ["--allow-run-as-root", "--oversubscribe"] },
];

/** Those that are installed. */
export const installedLaunchers: readonly Launcher[] = LAUNCHERS.filter(({ command }) => {
  try {
    return new Deno.Command(command, { args: ["--version"], stdout: "null", stderr: "null" }).outputSync().success;
  } catch {
    return false;
  }
});

/**
 * Runs a program in several processes.
 *
 * @param launcher One of those installed
 * @param size Number of processes
 * @param program What each of them runs: a command and its arguments
 * @param cwd Where they run. Default: here
 * @returns How they ended
 *
 * @example Two processes that do nothing
 * ```ts
 * import { installedLaunchers, startRanks } from "@beyond24/mpi/testing";
 * import { assertEquals } from "@std/assert";
 *
 * for (const launcher of installedLaunchers) assertEquals((await startRanks(launcher, 2, ["true"])).code, 0);
 * ```
 */
export async function startRanks(
  { command, args }: Launcher,
  size: number,
  program: readonly string[],
  cwd?: string,
): Promise<RanksResult> {
  const child = new Deno.Command(command, {
    args: [...args, "-n", `${size}`, ...program],
    stdin: "null",
    ...(cwd === undefined ? {} : { cwd }),
  });
  const { code, stdout, stderr } = await child.output();
  const text = new TextDecoder();
  return { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
}
