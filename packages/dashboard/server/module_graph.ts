/** Modules of an entry and where their files lie. */
export interface ModuleGraph {
  /** The module that a specifier means in a module, if the graph has it. */
  resolve(specifier: string, importer: string): string | undefined;
  /** Where a module lies. */
  locate(module: string): ModuleLocation | undefined;
}

/** A file of ours, or a package from npm with a path inside it. */
export type ModuleLocation =
  | { readonly kind: "file"; readonly path: string; readonly mediaType: string }
  | { readonly kind: "npm"; readonly folder: string; readonly inside: string };

interface GraphModule {
  readonly specifier: string;
  readonly local?: string;
  readonly mediaType?: string;
  readonly npmPackage?: string;
  readonly dependencies?: readonly { readonly specifier: string; readonly code?: { readonly specifier?: string } }[];
}

interface GraphJson {
  readonly modules: readonly GraphModule[];
  readonly redirects: Readonly<Record<string, string>>;
  readonly npmPackages: Readonly<Record<string, { readonly localPath: string }>>;
}

/**
 * Asks Deno for the graph of a module. Deno knows how workspaces, JSR and npm packages resolve, so the bundler need not,
 * and the page bundles from a checkout as from a cache.
 */
export async function moduleGraph(entry: URL): Promise<ModuleGraph> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", "--quiet", entry.href],
    // In a checkout its configuration names the packages.
    ...(entry.protocol === "file:" ? { cwd: new URL("./", entry) } : {}),
    env: { NO_COLOR: "1" },
  }).output();
  const text = new TextDecoder().decode(success ? stdout : stderr);
  if (!success) throw new Error(`Cannot bundle the page as its modules are not complete: ${text.trim()}`);
  return readGraph(JSON.parse(text) as GraphJson);
}

function readGraph({ modules, redirects, npmPackages }: GraphJson): ModuleGraph {
  const bySpecifier = new Map(modules.map((module) => [module.specifier, module]));
  const follow = (specifier: string) => redirects[specifier] ?? specifier;
  return {
    resolve: (specifier, importer) => {
      const dependency = bySpecifier.get(importer)?.dependencies?.find((one) => one.specifier === specifier);
      const target = dependency?.code?.specifier;
      return target === undefined ? undefined : follow(target);
    },
    locate: (specifier) => {
      const module = bySpecifier.get(specifier);
      if (module?.npmPackage !== undefined) {
        const folder = npmPackages[module.npmPackage]?.localPath;
        const inside = specifier.split(`/${module.npmPackage}`)[1] ?? "";
        return folder === undefined ? undefined : { kind: "npm", folder, inside: inside.replace(/^\//, "") };
      }
      return module?.local === undefined
        ? undefined
        : { kind: "file", path: module.local, mediaType: module.mediaType ?? "Unknown" };
    },
  };
}
