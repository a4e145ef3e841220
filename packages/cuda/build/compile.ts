import { compilerOptions, type Module, ROOT } from "./modules.ts";

/** Release of `nvcc` that the checked-in PTX is from; another one writes other text. */
export const COMPILER_VERSION = "13.0";

/** Release of the `nvcc` on PATH, or nothing without one. */
export function compilerVersion(): string | undefined {
  try {
    const { stdout } = new Deno.Command("nvcc", { args: ["--version"] }).outputSync();
    return /V(\d+\.\d+)/.exec(new TextDecoder().decode(stdout))?.[1];
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/**
 * PTX of a module.
 *
 * @throws {Error} when the compiler says anything at all, warnings included
 */
export function compile({ name, target }: Module): string {
  const { success, stdout, stderr } = new Deno.Command("nvcc", {
    args: [...compilerOptions(target), "-o", "-", `${name}.cu`],
    cwd: ROOT,
  }).outputSync();
  const log = new TextDecoder().decode(stderr).trim();
  if (success && log === "") return new TextDecoder().decode(stdout);
  throw new Error(`Cannot compile ${name}.cu as nvcc complained: current value is\n${log}`);
}
