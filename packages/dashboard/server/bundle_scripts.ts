import * as esbuild from "esbuild";
import { graphPlugin } from "./graph_plugin.ts";
import { moduleGraph } from "./module_graph.ts";

/**
 * Bundles scripts for a browser, in memory.
 *
 * @param entries Modules by the name of their bundle
 * @returns Scripts by path, such as `/train.js`; parts that several share are scripts of their own
 * @throws {Error} If a module is missing or does not parse
 */
export async function bundleScripts(entries: Readonly<Record<string, URL>>): Promise<Map<string, string>> {
  const graphs = await Promise.all(
    Object.values(entries).map(async (entry) => [entry.href, await moduleGraph(entry)] as const),
  );
  try {
    const { outputFiles } = await esbuild.build({
      entryPoints: Object.entries(entries).map(([out, { href }]) => ({ in: href, out })),
      outdir: "/",
      write: false,
      bundle: true,
      splitting: true,
      format: "esm",
      platform: "browser",
      target: "es2022",
      minify: true,
      legalComments: "inline",
      logLevel: "silent",
      plugins: [graphPlugin(new Map(graphs))],
    });
    return new Map(outputFiles.map(({ path, text }) => [path.replaceAll("\\", "/").replace(/^.*\//, "/"), text]));
  } finally {
    await esbuild.stop();
  }
}
