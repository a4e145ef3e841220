import { assertEquals } from "@std/assert";
import { KERNEL_NAMES } from "@beyond24/device";
import { KERNEL_TABLES, kernelTableText } from "./kernel_tables.ts";

Deno.test("a table exports every kernel from its file", () => {
  const table = { file: "table.ts", exportOf: (name: string) => name, fileOf: (name: string) => `${name}.ts` };
  assertEquals(kernelTableText(table, ["matmul", "adamW"]).split("\n").slice(1), [
    'export { adamW } from "./adamW.ts";',
    'export { matmul } from "./matmul.ts";',
    "",
  ]);
  const renamed = { ...table, exportOf: (name: string) => `${name}Contract` };
  assertEquals(kernelTableText(renamed, ["sum"]).split("\n")[1], 'export { sumContract as sum } from "./sum.ts";');
});

Deno.test("the tables that are checked in are those of all kernels: deno task build:kernels", () => {
  for (const table of KERNEL_TABLES) {
    assertEquals(Deno.readTextFileSync(table.file), kernelTableText(table, KERNEL_NAMES), table.file);
  }
});
