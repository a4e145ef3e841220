import { assert, assertEquals } from "@std/assert";
import { type Built, readBuilt, store } from "./built_files.ts";
import { hashSources, hashText, withHeaders } from "./hashes.ts";
import { hasShapesTable } from "./shapes_table.ts";
import { staleUnits } from "./stale_units.ts";
import { listUnits, readSource, type Unit } from "./units.ts";

const FILES: Record<string, string> = {
  "hopper/a.cu": '#include "a.cuh"\nint a;',
  "hopper/a.cuh": '#pragma once\n#include "../plain/b.cuh"\n#include <stdint.h>\n',
  "plain/b.cuh": '#include "../hopper/a.cuh"\nint b;',
};
const UNIT: Unit = { name: "hopper/a", file: "compute_90a.json", sources: ["hopper/a.cu"], options: ["-ptx"] };
const read = (path: string) => FILES[path] ?? "";

async function builtUnit(): Promise<Built> {
  const text = ".entry a()";
  const hashes = { result: await hashText(text), sources: await hashSources(UNIT, read) };
  return { file: UNIT.file, text, stored: store(UNIT.file, text), ...hashes };
}

async function reasons(built: Built | undefined, unit = UNIT, readFile = read): Promise<string[]> {
  const map = new Map(built === undefined ? [] : [["hopper/a", built]]);
  return (await staleUnits([unit], map, readFile)).map(({ reason }) => reason);
}

Deno.test("everything in built/ is of the sources that lie here", async () => {
  assertEquals(await staleUnits(listUnits(), readBuilt(), readSource), []);
});

Deno.test("hopper/README.md has the shapes of built/products.json", () => {
  assert(hasShapesTable(readBuilt().get("products")?.text ?? "{}"));
});

Deno.test("withHeaders() follows headers over folders, each once", () => {
  assertEquals(withHeaders(["hopper/a.cu"], read), ["hopper/a.cu", "hopper/a.cuh", "plain/b.cuh"]);
});

Deno.test("staleUnits() finds a changed header or option, a changed result, another or a missing file", async () => {
  const built = await builtUnit();
  assertEquals(await reasons(built), []);
  const changed = "its source or a header changed since";
  assertEquals(await reasons(built, UNIT, (path) => path === "plain/b.cuh" ? "int c;" : read(path)), [changed]);
  assertEquals(await reasons(built, { ...UNIT, options: ["-cubin"] }), [changed]);
  assertEquals(await reasons({ ...built, text: ".entry b()" }), ["it is not what was built"]);
  assertEquals(await reasons({ ...built, file: "compute_80.json" }), ["it lies in compute_80.json"]);
  assertEquals(await reasons(undefined), ["it was never built"]);
  assertEquals(await staleUnits([], new Map([["hopper/a", built]]), read), [
    { name: "hopper/a", reason: "its source is gone" },
  ]);
});
