/**
 * Writes the tables that bring the functions of all kernels together, from the names in `device`. With `--check` it
 * writes nothing and fails when a table is not that of all kernels.
 *
 * @module
 */
import { KERNEL_NAMES } from "@beyond24/device";
import { KERNEL_TABLES, kernelTableText } from "./kernel_tables.ts";

for (const table of KERNEL_TABLES) {
  const text = kernelTableText(table, KERNEL_NAMES);
  if (!Deno.args.includes("--check")) Deno.writeTextFileSync(table.file, text);
  else if (Deno.readTextFileSync(table.file) !== text) {
    throw new Error(`Cannot accept ${table.file} as it is not that of all kernels: run deno task build:kernels`);
  }
}
