/** What processes that a launcher started together left behind. */
export interface RanksResult {
  /** Exit code of the launcher. */
  readonly code: number;
  /** What all of them wrote. */
  readonly stdout: string;
  /** What all of them complained about. */
  readonly stderr: string;
}

/** Launchers of the two families that Debian has, with what they need to run in a container. */
export const LAUNCHERS: readonly { readonly command: string; readonly args: readonly string[] }[] = [
  { command: "mpiexec.mpich", args: [] },
  { command: "mpiexec.openmpi", args: ["--allow-run-as-root", "--oversubscribe"] },
];

/** Those that are installed. */
export const installedLaunchers: typeof LAUNCHERS = LAUNCHERS.filter(({ command }) => {
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
 * @param command What each of them runs
 * @returns How they ended
 */
export async function startRanks(
  { command, args }: (typeof LAUNCHERS)[number],
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
