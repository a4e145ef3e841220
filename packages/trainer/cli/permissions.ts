import { LAUNCH_VARIABLES } from "@beyond24/mpi";
import { TORCH_VARIABLES } from "../ranks/torch_ranks.ts";

/** What Deno lets a task do, as `deno.json` writes it. */
export interface Permissions {
  /** Reading files. Which ones the user names, so all. */
  readonly read?: true;
  /** Writing files. */
  readonly write?: true;
  /** Opening native libraries. */
  readonly ffi?: true;
  /** Reading these variables of the environment. */
  readonly env?: readonly string[];
  /** Listening on these hosts, and reaching them. */
  readonly net?: readonly string[];
  /** Starting these programs. */
  readonly run?: readonly string[];
}

/** The host that pages are served on. */
export const loopback = "127.0.0.1";

/** The port that pages are served on unless it is taken or another one is asked for. */
export const firstPort = 8024;

/** Where `deno task` was called; see `enterCallersFolder`. */
export const callersFolder = "INIT_CWD";

/** Where caches lie, tuned tile sizes among them. */
export const cacheFolders: readonly string[] = ["XDG_CACHE_HOME", "HOME", "LOCALAPPDATA"];

/** The session of a user, without which drivers of graphics complain. */
export const userSession = "XDG_RUNTIME_DIR";

/**
 * For commands that print what they know. As every command they may read what launchers of several processes say: the
 * first process alone does what they do not do together, and it must know that it is the first.
 */
export const printing: Permissions = { env: LAUNCH_VARIABLES };

/** For commands that read files and print. */
export const reading: Permissions = { read: true, env: [callersFolder, ...LAUNCH_VARIABLES] };

const computingVariables = [callersFolder, userSession, ...cacheFolders, ...LAUNCH_VARIABLES];

/** For commands that compute. */
export const computing: Permissions = { read: true, env: computingVariables };

/** For native libraries: where CUDA may lie. */
export const native: Permissions = {
  ...computing,
  ffi: true,
  env: [
    ...computingVariables,
    "BEYOND24_CUDA_PATH",
    "CUDA_PATH",
    "CUDA_HOME",
    "LD_LIBRARY_PATH",
    "VIRTUAL_ENV",
    "PATH",
  ],
};

/**
 * For a process that trains on one of several GPUs: what started it says so, and it meets the others through loopback.
 */
export const rankOfGpus: Permissions = {
  ...native,
  env: [...native.env ?? [], ...TORCH_VARIABLES],
  write: true,
  net: [loopback],
};
