/** Root of the package. */
export const ROOT: URL = new URL("../", import.meta.url);

/** What each folder is compiled for: `wgmma` and the tensor memory accelerator exist on Hopper only. */
export const TARGETS = { plain: "compute_80", ampere: "compute_80", hopper: "compute_90a" } as const;

/** An instruction set that modules are compiled for. */
export type Target = (typeof TARGETS)[keyof typeof TARGETS];

/** One `.cu` file and what it becomes. */
export interface Module {
  /** Folder and file without ending: `plain/add`. */
  readonly name: string;
  readonly target: Target;
}

/** Options of `nvcc` for a target, files left out. */
export function compilerOptions(target: Target): string[] {
  return ["-ptx", `-arch=${target}`, "-O3", "-std=c++17"];
}

/** Every module of the package, ordered by name. */
export function listModules(): Module[] {
  const modules = Object.entries(TARGETS).flatMap(([folder, target]) =>
    [...Deno.readDirSync(new URL(folder, ROOT))]
      .filter(({ name }) => name.endsWith(".cu"))
      .map(({ name }) => ({ name: `${folder}/${name.slice(0, -3)}`, target }))
  );
  return modules.sort((a, b) => a.name < b.name ? -1 : 1);
}

/** Text of a source or header, given its path from the root of the package. */
export function readSource(path: string): string {
  return Deno.readTextFileSync(new URL(path, ROOT));
}
