import { ROOT, type Unit } from "./units.ts";

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
 * What a unit gives: PTX, or for one of programs that print JSON lines with a name each, one object of them.
 *
 * @throws {Error} when the compiler says anything at all, warnings included
 */
export function compile({ sources, options }: Unit): string {
  const texts = sources.map((source) => options.includes("-run") ? run(source, options) : nvcc(source, options, "-"));
  return options.includes("-run") ? joinLines(texts.join("")) : texts.join("");
}

/** What a program prints. */
function run(source: string, options: readonly string[]): string {
  const folder = Deno.makeTempDirSync();
  try {
    return nvcc(source, options, `${folder}/program`);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

function nvcc(source: string, options: readonly string[], out: string): string {
  const command = new Deno.Command("nvcc", { args: [...options, "-o", out, source], cwd: ROOT });
  const { success, stdout, stderr } = command.outputSync();
  const log = new TextDecoder().decode(stderr).trim();
  if (success && log === "") return new TextDecoder().decode(stdout);
  throw new Error(`Cannot compile ${source} as nvcc complained: current value is\n${log}`);
}

function joinLines(lines: string): string {
  const entries = lines.trim().split("\n").map((line) => {
    const { name, ...value } = JSON.parse(line);
    return [name, value];
  });
  return `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`;
}
