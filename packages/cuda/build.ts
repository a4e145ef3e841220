/**
 * Compiles the `.cu` files whose sources changed to PTX in `built/`. With `--check` nothing is written: it fails when a module is not
 * of its present sources, which hashes tell on any machine, and where `nvcc` is, also when compiling gives another text.
 *
 * Run: `deno run --allow-run=nvcc --allow-read --allow-write packages/cuda/build.ts [--check]`
 */
import { type BuiltModule, readBuilt, writeBuilt } from "./build/built_files.ts";
import { compile, COMPILER_VERSION, compilerVersion } from "./build/compile.ts";
import { hashSources, hashText } from "./build/hashes.ts";
import { listModules, type Module, readSource } from "./build/modules.ts";
import { staleModules } from "./build/stale_modules.ts";

const modules = listModules();
const built = readBuilt();
const stale = await staleModules(modules, built, readSource);
const version = compilerVersion();
const canCompile = version === COMPILER_VERSION;
if (Deno.args.includes("--check")) check();
else await build();

function check(): void {
  for (const { name, reason } of stale) report(`stale ${name}: ${reason}`);
  const others = canCompile ? modules.filter((module) => compile(module) !== built.get(module.name)?.text) : [];
  for (const { name } of others) report(`stale ${name}: compiling gives another text`);
  report(
    `${modules.length} PTX modules, ${stale.length + others.length} stale${canCompile ? "" : `; ${notCompiled()}`}`,
  );
  Deno.exit(stale.length + others.length > 0 ? 1 : 0);
}

async function build(): Promise<void> {
  const changed = modules.filter(({ name }) => stale.some((module) => module.name === name));
  if (changed.length > 0 && !canCompile) {
    report(`Cannot build ${changed.map(({ name }) => name).join(", ")}: ${notCompiled()}`);
    Deno.exit(1);
  }
  const kept = new Map(modules.flatMap(({ name }) => {
    const module = built.get(name);
    return module === undefined ? [] : [[name, module]];
  }));
  for (const module of changed) {
    kept.set(module.name, await compiled(module));
    report(`built ${module.name}`);
  }
  if (stale.length > 0) writeBuilt(kept);
  report(`${changed.length} of ${modules.length} PTX modules built`);
}

async function compiled(module: Module): Promise<BuiltModule> {
  const text = compile(module);
  return { target: module.target, text, sources: await hashSources(module, readSource), ptx: await hashText(text) };
}

function notCompiled(): string {
  return `nothing was compiled as nvcc ${COMPILER_VERSION} is needed: current value is ${version ?? "no nvcc"}`;
}

function report(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}
