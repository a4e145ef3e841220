import { readTextFile } from "@beyond24/disk";
import { fromFileUrl, join, resolve } from "@std/path";
import trainer from "../deno.json" with { type: "json" };

/** Versions of the program and of what runs it. */
export const programVersions: Readonly<Record<string, string>> = { beyond24: trainer.version, ...Deno.version };

/** The commit that this program was started from; null when it does not lie in a checkout, or that cannot be read. */
export async function programRevision(): Promise<string | null> {
  const root = new URL("../../..", import.meta.url);
  if (root.protocol !== "file:") return null;
  // Nothing depends on it, so whatever is in the way is no reason to stop.
  return await readRevision(fromFileUrl(root)).catch(() => null);
}

/** The commit that a checkout is at, or null. */
export async function readRevision(root: string): Promise<string | null> {
  const git = await gitFolder(join(root, ".git"));
  const head = await readLine(join(git, "HEAD"));
  const reference = /^ref: (.+)$/.exec(head)?.[1];
  if (reference === undefined) return hashIn(head);
  // A second worktree has its own HEAD and shares the branches.
  const shared = resolve(git, await readLine(join(git, "commondir")));
  const packed = await readTextFile(join(shared, "packed-refs")) ?? "";
  const line = packed.split("\n").find((line) => line.endsWith(` ${reference}`)) ?? "";
  return hashIn(await readLine(join(shared, reference))) ?? hashIn(line.split(" ")[0] ?? "");
}

/** In a second worktree, `.git` is a file that says where the folder lies. */
async function gitFolder(path: string): Promise<string> {
  if ((await Deno.stat(path)).isDirectory) return path;
  return resolve(path, "..", (await readLine(path)).replace(/^gitdir: /, ""));
}

async function readLine(path: string): Promise<string> {
  return (await readTextFile(path) ?? "").split("\n")[0]?.trim() ?? "";
}

function hashIn(text: string): string | null {
  return /^[0-9a-f]{40,64}$/.test(text) ? text : null;
}
