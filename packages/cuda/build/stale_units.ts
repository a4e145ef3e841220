import type { Built } from "./built_files.ts";
import { hashSources, hashText, type Read } from "./hashes.ts";
import type { Unit } from "./units.ts";

/** Something built that is not as its sources say, and why. */
export interface StaleUnit {
  readonly name: string;
  readonly reason: string;
}

/**
 * Units whose sources or headers changed since they were built, whose result is not what was built, or that lack the
 * one or the other. Needs no compiler.
 */
export async function staleUnits(
  units: readonly Unit[],
  built: ReadonlyMap<string, Built>,
  read: Read,
): Promise<StaleUnit[]> {
  const reasons = await Promise.all(
    units.map(async (unit) => ({ name: unit.name, reason: await reasonOf(unit, built.get(unit.name), read) })),
  );
  const names = new Set(units.map(({ name }) => name));
  const orphans = [...built.keys()].filter((name) => !names.has(name));
  return [
    ...reasons.flatMap(({ name, reason }) => reason === undefined ? [] : [{ name, reason }]),
    ...orphans.map((name) => ({ name, reason: "its source is gone" })),
  ];
}

async function reasonOf(unit: Unit, built: Built | undefined, read: Read): Promise<string | undefined> {
  if (built === undefined) return "it was never built";
  if (built.file !== unit.file) return `it lies in ${built.file}`;
  if (built.sources !== await hashSources(unit, read)) return "its source or a header changed since";
  if (built.result !== await hashText(built.text)) return "it is not what was built";
  return undefined;
}
