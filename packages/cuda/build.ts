/**
 * Builds from the `.cu` files what changed into `built/`: PTX, and the shapes of the products. With `--check` nothing
 * is written: it fails when something is not of its present sources, which hashes tell on any machine, and where `nvcc`
 * is, also when it gives another result.
 *
 * Run: `deno run --allow-run=nvcc --allow-read --allow-write packages/cuda/build.ts [--check]`
 */
import { type Built, readBuilt, store, writeBuilt } from "./build/built_files.ts";
import { compile, COMPILER_VERSION, compilerVersion } from "./build/compile.ts";
import { hashSources, hashText } from "./build/hashes.ts";
import { hasShapesTable, writeShapesTable } from "./build/shapes_table.ts";
import { staleUnits } from "./build/stale_units.ts";
import { listUnits, readSource, type Unit } from "./build/units.ts";

const units = listUnits();
const built = readBuilt();
const stale = await staleUnits(units, built, readSource);
const version = compilerVersion();
const canCompile = version === COMPILER_VERSION;
if (Deno.args.includes("--check")) check();
else await build();

function check(): void {
  const others = canCompile ? units.filter((unit) => compile(unit) !== built.get(unit.name)?.text) : [];
  const faults = [...stale, ...others.map(({ name }) => ({ name, reason: "building it again gives something else" }))];
  if (!hasShapesTable(built.get("products")?.text ?? "{}")) {
    faults.push({ name: "hopper/README.md", reason: "its shapes are not those of built/products.json" });
  }
  for (const { name, reason } of faults) report(`stale ${name}: ${reason}`);
  report(`${units.length} units, ${faults.length} stale${canCompile ? "" : `; ${notCompiled()}`}`);
  Deno.exit(faults.length > 0 ? 1 : 0);
}

async function build(): Promise<void> {
  const changed = units.filter(({ name }) => stale.some((unit) => unit.name === name));
  if (changed.length > 0 && !canCompile) {
    report(`Cannot build ${changed.map(({ name }) => name).join(", ")}: ${notCompiled()}`);
    Deno.exit(1);
  }
  const results = new Map<string, Built>();
  for (const unit of units) {
    const present = changed.includes(unit) ? undefined : built.get(unit.name);
    if (present === undefined) report(`build ${unit.name}`);
    results.set(unit.name, present ?? await buildUnit(unit));
  }
  writeBuilt(results);
  writeShapesTable(results.get("products")?.text ?? "{}");
  report(`${changed.length} of ${units.length} units built`);
}

async function buildUnit(unit: Unit): Promise<Built> {
  const text = compile(unit);
  const hashes = { sources: await hashSources(unit, readSource), result: await hashText(text) };
  return { file: unit.file, text, stored: store(unit.file, text), ...hashes };
}

function notCompiled(): string {
  return `nothing was compiled as nvcc ${COMPILER_VERSION} is needed: current value is ${version ?? "no nvcc"}`;
}

function report(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}
