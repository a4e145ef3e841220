import { dirname, join } from "@std/path";
import { LAYERS } from "./layers.ts";

const IMPORT = /(?:\bfrom|\bimport)\s*\(?\s*"([^"]+)"/g;
const COMMENT = /\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm;

/** Every module specifier that a TypeScript source imports, examples in comments left out. */
export function importsOf(source: string): string[] {
  return [...source.replace(COMMENT, "").matchAll(IMPORT)].map((match) => match[1] ?? "");
}

function packageOf(specifier: string, file: string): string | undefined {
  const named = /^@beyond24\/([\w-]+)/.exec(specifier);
  if (named) return named[1];
  if (!specifier.startsWith(".")) return undefined;
  return /^packages\/([\w-]+)\//.exec(join(dirname(file), specifier))?.[1];
}

/**
 * The imports of one file that break the house, each as a line of text. Tests, what they share (`_testing.ts`) and
 * benchmarks may import anything.
 *
 * @param file Path relative to the repository, with `/`
 * @param source Text of the file
 */
export function findLayerFaults(file: string, source: string): string[] {
  const owner = /^packages\/([\w-]+)\//.exec(file)?.[1];
  if (!owner || /_(test|bench|testing)\.ts$/.test(file)) return [];
  const allowed = LAYERS[owner];
  if (!allowed) return [`${file}: package "${owner}" has no place in tools/layers.ts`];
  return importsOf(source).flatMap((specifier) => {
    const target = packageOf(specifier, file);
    if (!target || target === owner || allowed.includes(target)) return [];
    return [`${file}: "${owner}" may not import "${target}" (${specifier})`];
  });
}

/**
 * Packages that `tools/layers.ts` names and nobody has made, each as a line of text: a name that stands for nothing
 * hides a slip.
 *
 * @param packages Names of the folders of `packages/`
 */
export function findMissingPackages(packages: ReadonlySet<string>): string[] {
  const named = new Set(Object.entries(LAYERS).flat(2));
  return [...named].filter((name) => !packages.has(name))
    .map((name) => `tools/layers.ts: there is no package "${name}"; name it when it is made`);
}
