import { DeviceUnavailableError } from "@beyond24/device";
import { zeroTerminated } from "../../driver/host_memory.ts";
import { findLibrary, libraryFolders } from "../library_folders.ts";
import { NCCL_SYMBOLS, type NcclLibrary } from "./symbols.ts";

const NAME = "libnccl.so.2";
/** What has it. */
const PACKAGES = "pip install nvidia-nccl-cu13, or libnccl2 of NVIDIA's repository";
/**
 * Keeps a library loaded to the end, as its threads may outlive its last user: `dlopen` with RTLD_NOW | RTLD_NODELETE.
 */
const PINNED = 0x1002;

/**
 * What NCCL reads from the environment; a user's own values stay. Sums have a fixed order only in a ring, and sums
 * inside of the switch (NVLink SHARP) have none that is stated and need what containers often lack.
 */
const SETTINGS: Readonly<Record<string, string>> = { NCCL_ALGO: "Ring", NCCL_NVLS_ENABLE: "0" };

const LIBC_SYMBOLS = {
  dlopen: { parameters: ["buffer", "i32"], result: "pointer" },
  setenv: { parameters: ["buffer", "buffer", "i32"], result: "i32" },
} as const;

/**
 * Opens NCCL.
 *
 * @param folders Where it may lie
 * @throws {DeviceUnavailableError} If it is not there or lacks a function
 */
export function openNccl(folders: readonly string[] = libraryFolders()): NcclLibrary {
  const path = findLibrary(folders, [NAME]);
  if (path === undefined) {
    throw new DeviceUnavailableError(
      `Cannot use several GPUs as NCCL is not there: ${NAME} was looked for in ${folders.join(", ")}; install it ` +
        `(${PACKAGES}), or name its folder in BEYOND24_CUDA_PATH`,
    );
  }
  const libc = Deno.dlopen("libc.so.6", LIBC_SYMBOLS).symbols;
  // Not through Deno.env, which would ask for two more permissions.
  for (const [name, value] of Object.entries(SETTINGS)) libc.setenv(zeroTerminated(name), zeroTerminated(value), 0);
  libc.dlopen(zeroTerminated(path), PINNED);
  try {
    return Deno.dlopen(path, NCCL_SYMBOLS).symbols;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DeviceUnavailableError(
      `Cannot use several GPUs as NCCL does not open: ${path}: ${reason}; install it again (${PACKAGES})`,
    );
  }
}
