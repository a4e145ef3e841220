import { fromFileUrl, resolve } from "@std/path";
import { callersFolder } from "./permissions.ts";

/**
 * Goes where the user stands, so that relative paths are theirs: `deno task` starts everything in the folder of
 * `deno.json` and says in `INIT_CWD` where it was called. Started in any other folder, or without the permission, a
 * process stays.
 */
export function enterCallersFolder(): void {
  const permissions = [{ name: "env", variable: callersFolder }, { name: "read" }] as const;
  if (permissions.some((permission) => Deno.permissions.querySync(permission).state !== "granted")) return;
  const folder = Deno.env.get(callersFolder);
  if (folder === undefined || !import.meta.url.startsWith("file:")) return;
  const root = resolve(fromFileUrl(new URL("../../../", import.meta.url)));
  if (Deno.cwd() === root) Deno.chdir(folder);
}
