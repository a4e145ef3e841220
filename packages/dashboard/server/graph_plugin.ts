import type { Loader, OnLoadResult, OnResolveArgs, OnResolveResult, Plugin, PluginBuild } from "esbuild";
import type { ModuleGraph } from "./module_graph.ts";

const loaders: Readonly<Record<string, Loader>> = {
  TypeScript: "ts",
  JavaScript: "js",
  Mjs: "js",
  Json: "json",
};

/** What Deno appends to the files of its cache; it is no part of a text. */
const cacheNote = "\n// denoCacheMetadata=";

/** Lets esbuild find modules where Deno has them. */
export function graphPlugin(graphs: ReadonlyMap<string, ModuleGraph>): Plugin {
  const all = [...graphs.values()];
  const locate = (module: string) => all.map((graph) => graph.locate(module)).find((found) => found !== undefined);
  return {
    name: "deno-graph",
    setup: (build) => {
      build.onResolve({ filter: /.*/ }, async (args) => {
        if (args.kind === "entry-point") return { path: args.path, namespace: "deno" };
        if (args.namespace !== "deno") return undefined;
        if (args.path.startsWith("node:")) return { path: args.path, namespace: "absent", sideEffects: false };
        const module = all.map((graph) => graph.resolve(args.path, args.importer)).find((found) => found !== undefined);
        const location = module === undefined ? undefined : locate(module);
        if (module === undefined || location === undefined) return refuse(args);
        if (location.kind === "file") return { path: module, namespace: "deno", sideEffects: false };
        return await resolveInPackage(build, location.folder, location.inside);
      });
      // A browser has no Node; what a package needs it for is not what a page calls.
      build.onLoad({ filter: /.*/, namespace: "absent" }, () => ({ contents: "module.exports = {};" }));
      build.onLoad({ filter: /.*/, namespace: "deno" }, async ({ path, with: attributes }) => {
        const location = locate(path);
        if (location?.kind !== "file") return { errors: [{ text: `Cannot load ${path}` }] };
        return await load(
          location.path,
          attributes["type"] === "text" ? "text" : loaders[location.mediaType] ?? "text",
        );
      });
    },
  };
}

async function load(path: string, loader: Loader): Promise<OnLoadResult> {
  const contents = await Deno.readTextFile(path);
  return { contents: contents.split(cacheNote)[0] ?? "", loader };
}

/** esbuild knows the fields of a package.json. */
async function resolveInPackage(build: PluginBuild, folder: string, inside: string): Promise<OnResolveResult> {
  const result = await build.resolve(`./${inside}`, { kind: "import-statement", resolveDir: folder });
  return { path: result.path, namespace: "file", errors: result.errors };
}

function refuse({ path, importer }: OnResolveArgs): OnResolveResult {
  return { errors: [{ text: `Cannot find ${path}, which ${importer} imports` }] };
}
