/**
 * Bundles a module with everything that it imports into one script for browsers.
 *
 * Nothing is made smaller: on loopback nobody waits for it, and what is checked in can be read and compared.
 *
 * @param entry A module of this repository
 * @returns The script, the same on every machine
 * @throws {Error} If a module is missing or does not parse
 */
export async function bundleScript(entry: URL): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["bundle", "--quiet", "--platform=browser", entry.href],
    cwd: new URL("./", import.meta.url),
    env: { NO_COLOR: "1" },
  }).output();
  const text = new TextDecoder().decode(success ? stdout : stderr);
  if (!success) throw new Error(`Cannot bundle ${entry.href} as deno bundle refuses it: ${text.trim()}`);
  return text.replace(npmPath, "// npm:$1").replace(nodeImport, absent);
}

/** Before each module stands its path; that of an npm package leads through the cache of this machine. */
const npmPath = /^\/\/ .*\/npm\/[^/]+\/(.*)$/gm;

/** A browser has no Node; what a package needs it for is not what a page calls. */
const nodeImport = /^import \{(.*)\} from "node:.*";$/gm;

function absent(_: string, names: string): string {
  return `const {${names.replaceAll(" as ", ": ")}} = {};`;
}
