/**
 * Compiles every `.cu` of this package to the `.ptx` beside it. With `--check` nothing is written: it fails when a checked-in
 * file differs from what the compiler gives now.
 *
 * Run: `deno run --allow-run=nvcc --allow-read --allow-write packages/cuda/build.ts [--check]`
 */
const ROOT = new URL(".", import.meta.url);
/** wgmma and the tensor memory accelerator exist for this target only; everything else runs from the A100 on. */
const TARGETS = { hopper: "compute_90a", ampere: "compute_80", plain: "compute_80" } as const;

type Folder = keyof typeof TARGETS;

async function sources(folder: Folder): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of Deno.readDir(new URL(folder, ROOT))) if (name.endsWith(".cu")) names.push(name);
  return names.sort();
}

async function compile(folder: Folder, name: string): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command("nvcc", {
    args: ["-ptx", `-arch=${TARGETS[folder]}`, "-O3", "-std=c++17", "-o", "-", name],
    cwd: new URL(folder, ROOT),
  }).output();
  const log = new TextDecoder().decode(stderr).trim();
  if (!success || log !== "") {
    throw new Error(`Cannot compile ${folder}/${name} as nvcc complained: current value is\n${log}`);
  }
  return new TextDecoder().decode(stdout);
}

async function compilerVersion(): Promise<string | undefined> {
  try {
    const { stdout } = await new Deno.Command("nvcc", { args: ["--version"] }).output();
    return /V(\d+\.\d+)/.exec(new TextDecoder().decode(stdout))?.[1];
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

async function build(checking: boolean): Promise<number> {
  let stale = 0;
  for (const folder of ["hopper", "ampere", "plain"] as const) {
    for (const name of await sources(folder)) {
      const path = new URL(`${folder}/${name.replace(/\.cu$/, ".ptx")}`, ROOT);
      const text = await compile(folder, name);
      const present = await Deno.readTextFile(path).catch(() => "");
      if (text === present) continue;
      stale++;
      report(`${checking ? "stale" : "built"} ${folder}/${name.replace(/\.cu$/, ".ptx")}`);
      if (!checking) await Deno.writeTextFile(path, text);
    }
  }
  return stale;
}

function report(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

if (import.meta.main) {
  const checking = Deno.args.includes("--check");
  const version = await compilerVersion();
  if (version !== "13.0") {
    report(`SKIPPED: PTX was not rebuilt as nvcc 13.0 is needed: current value is ${version ?? "no nvcc"}`);
    Deno.exit(checking ? 0 : 1);
  }
  const stale = await build(checking);
  report(checking ? `${stale} stale PTX files` : `${stale} PTX files written`);
  Deno.exit(checking && stale > 0 ? 1 : 0);
}
