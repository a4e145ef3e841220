import { assertEquals } from "@std/assert";
import { PRODUCTS } from "./hopper_products.ts";

Deno.test("the launches of the Hopper products are those of hopper/README.md", async () => {
  const text = await Deno.readTextFile(new URL("../hopper/README.md", import.meta.url));
  const box = /box \{(\d+), (\d+)\}, (\d+)B/g;
  const documented = new Map<string, { shared: number; a: number[]; b: number[] }>();
  for (const line of text.split("\n")) {
    const cells = line.split("|").map((cell) => cell.trim());
    const [a, b] = [...line.matchAll(box)].map(([, ...numbers]) => numbers.map(Number));
    const name = cells[1]?.replaceAll("`", "") ?? "";
    if (a !== undefined && b !== undefined) documented.set(name, { shared: Number(cells.at(-2)), a, b });
  }
  for (const [name, { shared, a, b }] of Object.entries(PRODUCTS)) {
    assertEquals(documented.get(name), { shared, a: [...a], b: [...b] }, name);
  }
});
