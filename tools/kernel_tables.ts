/** A file that brings the functions of all kernels together. */
export interface KernelTableFile {
  /** Path from the root. */
  readonly file: string;
  /** What a kernel's function is called in its own file. */
  readonly exportOf: (kernel: string) => string;
  /** The file of a kernel, beside the table. */
  readonly fileOf: (kernel: string) => string;
}

/** Columns of a line. */
const WIDEST = 120;

/** `softThreshold24` becomes `soft_threshold24`. */
function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

const sameName = (kernel: string) => kernel;
const ownFile = (kernel: string) => `${snakeCase(kernel)}.ts`;

/** The tables that are written from the names of the kernels; a kernel without its file is a type error there. */
export const KERNEL_TABLES: readonly KernelTableFile[] = [
  {
    file: "packages/device/contract/table.ts",
    exportOf: (kernel) => `${kernel}Contract`,
    fileOf: (kernel) => `${snakeCase(kernel)}_contract.ts`,
  },
  { file: "packages/cpu/reference/table.ts", exportOf: sameName, fileOf: ownFile },
  { file: "packages/webgpu/kernels/table.ts", exportOf: sameName, fileOf: ownFile },
  { file: "packages/cuda/operations/table.ts", exportOf: sameName, fileOf: ownFile },
];

/**
 * The text of a table: what a namespace import of it has is the table, so that a back end writes
 * `import * as kernels from "./table.ts"`.
 */
export function kernelTableText({ exportOf, fileOf }: KernelTableFile, kernels: readonly string[]): string {
  const lines = kernels.toSorted().map((kernel) => {
    const name = exportOf(kernel);
    const specifier = name === kernel ? name : `${name} as ${kernel}`;
    const line = `export { ${specifier} } from "./${fileOf(kernel)}";`;
    return line.length <= WIDEST ? line : `export {\n  ${specifier},\n} from "./${fileOf(kernel)}";`;
  });
  return ["// Written by deno task build:kernels; do not edit.", ...lines, ""].join("\n");
}
