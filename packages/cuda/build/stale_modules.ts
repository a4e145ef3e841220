import type { BuiltModule } from "./built_files.ts";
import { hashSources, hashText, type Read } from "./hashes.ts";
import type { Module } from "./modules.ts";

/** A module that is not as its sources say, and why. */
export interface StaleModule {
  readonly name: string;
  readonly reason: string;
}

/**
 * Modules whose source or headers changed since they were built, whose text is not what was built, or that lack the one or
 * the other. Needs no compiler.
 */
export async function staleModules(
  modules: readonly Module[],
  built: ReadonlyMap<string, BuiltModule>,
  read: Read,
): Promise<StaleModule[]> {
  const reasons = await Promise.all(modules.map(async (module) => ({
    name: module.name,
    reason: await reasonOf(module, built.get(module.name), read),
  })));
  const names = new Set(modules.map(({ name }) => name));
  const orphans = [...built.keys()].filter((name) => !names.has(name));
  return [
    ...reasons.flatMap(({ name, reason }) => reason === undefined ? [] : [{ name, reason }]),
    ...orphans.map((name) => ({ name, reason: "its source is gone" })),
  ];
}

async function reasonOf(module: Module, built: BuiltModule | undefined, read: Read): Promise<string | undefined> {
  if (built === undefined) return "it was never built";
  if (built.target !== module.target) return `it was built for ${built.target}`;
  if (built.sources !== await hashSources(module, read)) return "its source or a header changed since";
  if (built.ptx !== await hashText(built.text)) return "its text is not the one that was built";
  return undefined;
}
