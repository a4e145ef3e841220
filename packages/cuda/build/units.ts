/** Root of the package. */
export const ROOT: URL = new URL("../", import.meta.url);

/** What each folder is compiled for: `wgmma` and the tensor memory accelerator exist on Hopper only. */
const TARGETS = { plain: "compute_80", ampere: "compute_80", hopper: "compute_90a" } as const;

/** Something that is built from CUDA C++: a PTX module, or the shapes of all products. */
export interface Unit {
  /** Of a module its folder and file without ending: `plain/add`. */
  readonly name: string;
  /** File of `built/` that holds it. */
  readonly file: string;
  /** Paths from the root of the package. */
  readonly sources: readonly string[];
  /** Of `nvcc`. */
  readonly options: readonly string[];
}

/** The shapes of all products: what two programs print, which include the kernels' sources. */
const PRODUCTS: Unit = {
  name: "products",
  file: "products.json",
  sources: ["build/ampere_shapes.cu", "build/hopper_shapes.cu"],
  options: ["-run", "-arch=compute_90a", "-std=c++17"],
};

/** Everything that is built, in order of names. */
export function listUnits(): Unit[] {
  const modules = Object.entries(TARGETS).flatMap(([folder, target]) =>
    [...Deno.readDirSync(new URL(folder, ROOT))].filter(({ name }) => name.endsWith(".cu")).map(({ name }) => ({
      name: `${folder}/${name.slice(0, -3)}`,
      file: `${target}.json`,
      sources: [`${folder}/${name}`],
      options: ["-ptx", `-arch=${target}`, "-O3", "-std=c++17"],
    }))
  );
  return [PRODUCTS, ...modules].sort((a, b) => a.name < b.name ? -1 : 1);
}

/** Text of a source or header, given its path from the root of the package. */
export function readSource(path: string): string {
  return Deno.readTextFileSync(new URL(path, ROOT));
}
