import { gpuCount } from "@beyond24/cuda";
import { type DeviceConfig, UsageError } from "@beyond24/run";
import { runRanks } from "../ranks/run_ranks.ts";
import { permissionFlags } from "./permission_flags.ts";
import { rankOfGpus } from "./permissions.ts";
import type { Terminal } from "./terminal.ts";

/** The task that may start ranks. */
export const gpusTask = "train:gpus";
/** The program that every rank runs. */
const program = new URL("../main.ts", import.meta.url);
/** Names under which Deno may be started: what is allowed is one of them. */
const denos = [Deno.execPath, () => "deno"];

/**
 * Runs a command in one process a GPU of this machine.
 *
 * @param gpus Number of GPUs, from 2
 * @param words The command with all its words; ranks know from their environment that they are ranks
 * @param place The device of the run
 * @param terminal Where to write
 * @returns The exit code
 * @throws {UsageError} If there are fewer GPUs, the device is none, or no program may be started
 * @throws {DeviceUnavailableError} If there is no GPU
 */
export async function trainOnGpus(
  gpus: number,
  words: readonly string[],
  { name }: DeviceConfig,
  terminal: Terminal,
): Promise<number> {
  if (name !== "cuda" && name !== "auto") {
    throw new UsageError(`Cannot train on ${gpus} GPUs as they are of NVIDIA: current value of --device is ${name}`);
  }
  const command = denos.map((deno) => deno()).find((deno) => isGranted({ name: "run", command: deno }));
  if (command === undefined || !isGranted({ name: "ffi" })) {
    throw new UsageError(
      `Cannot start ${gpus} processes as that is not permitted: use deno task ${gpusTask}, or --allow-run=deno`,
    );
  }
  const count = gpuCount();
  if (gpus > count) {
    throw new UsageError(`Cannot train on ${gpus} GPUs as there are ${count}: use --gpus ${count}, or less`);
  }
  const flags = ["run", "--quiet", "--no-prompt", ...permissionFlags(rankOfGpus)];
  const args = [...flags, program.href, ...words];
  return await runRanks(
    gpus,
    { command, args, environment: libraryVariables() },
    (line) => terminal.error(`error: ${line}\n`),
  );
}

/**
 * Tells ranks where libraries lie. Whoever may start only some programs may hand `LD_LIBRARY_PATH` on to none, so its
 * folders take another way.
 */
function libraryVariables(): Readonly<Record<string, string>> {
  const [own, folders] = ["BEYOND24_CUDA_PATH", "LD_LIBRARY_PATH"].map((name) => Deno.env.get(name) ?? "");
  if (isGranted({ name: "run" }) || folders === undefined || folders === "") return {};
  Deno.env.delete("LD_LIBRARY_PATH");
  return { BEYOND24_CUDA_PATH: [own, folders].filter((path) => path !== "").join(":") };
}

function isGranted(permission: Deno.PermissionDescriptor): boolean {
  return Deno.permissions.querySync(permission).state === "granted";
}
