import { assertEquals } from "@std/assert";
import { type BuiltModule, readBuilt } from "./built_files.ts";
import { hashSources, hashText, sourcesOf } from "./hashes.ts";
import { listModules, type Module, readSource } from "./modules.ts";
import { staleModules } from "./stale_modules.ts";

const FILES: Record<string, string> = {
  "hopper/a.cu": '#include "a.cuh"\nint a;',
  "hopper/a.cuh": '#pragma once\n#include "../plain/b.cuh"\n#include <stdint.h>\n',
  "plain/b.cuh": '#include "../hopper/a.cuh"\nint b;',
};
const MODULE: Module = { name: "hopper/a", target: "compute_90a" };
const read = (path: string) => FILES[path] ?? "";

async function builtModule(): Promise<BuiltModule> {
  const text = ".entry a()";
  return { target: "compute_90a", text, ptx: await hashText(text), sources: await hashSources(MODULE, read) };
}

async function reasons(built: BuiltModule | undefined, readFile = read): Promise<string[]> {
  const map = new Map(built === undefined ? [] : [["hopper/a", built]]);
  return (await staleModules([MODULE], map, readFile)).map(({ reason }) => reason);
}

Deno.test("every module in built/ is of the sources that lie here", async () => {
  assertEquals(await staleModules(listModules(), readBuilt(), readSource), []);
});

Deno.test("sourcesOf() follows headers over folders, each once", () => {
  assertEquals(sourcesOf("hopper/a.cu", read), ["hopper/a.cu", "hopper/a.cuh", "plain/b.cuh"]);
});

Deno.test("staleModules() finds a changed header, a changed text, another target, and what is missing", async () => {
  const built = await builtModule();
  assertEquals(await reasons(built), []);
  const changed = (path: string) => path === "plain/b.cuh" ? "int c;" : read(path);
  assertEquals(await reasons(built, changed), ["its source or a header changed since"]);
  assertEquals(await reasons({ ...built, text: ".entry b()" }), ["its text is not the one that was built"]);
  assertEquals(await reasons({ ...built, target: "compute_80" }), ["it was built for compute_80"]);
  assertEquals(await reasons(undefined), ["it was never built"]);
  assertEquals(await staleModules([], new Map([["hopper/a", built]]), read), [
    { name: "hopper/a", reason: "its source is gone" },
  ]);
});
