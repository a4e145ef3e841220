import type { Permissions } from "./permissions.ts";

/** The flags of `deno run` that give these permissions. */
export function permissionFlags(permissions: Permissions): string[] {
  return Object.entries(permissions).map(([name, value]) =>
    value === true ? `--allow-${name}` : `--allow-${name}=${value.join(",")}`
  );
}
