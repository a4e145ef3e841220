/**
 * Waits until nobody else holds a folder, and holds it: for a moment in which files of it are read and written again.
 * Where the system cannot lock a folder, nobody waits.
 *
 * @param path The folder; it must exist
 * @returns Dispose of it to let others in; the system does so when the process ends
 *
 * @example One after the other
 * ```ts
 * import { holdFolder } from "@beyond24/disk";
 * import { assertEquals } from "@std/assert";
 *
 * const folder = await Deno.makeTempDir();
 * let count = 0;
 * const work = async () => {
 *   using _held = await holdFolder(folder);
 *   const before = count;
 *   await new Promise((resolve) => setTimeout(resolve, 1));
 *   count = before + 1;
 * };
 * await Promise.all([work(), work(), work()]);
 * assertEquals(count, Deno.build.os === "windows" ? 1 : 3);
 * ```
 */
export async function holdFolder(path: string): Promise<Disposable> {
  if (Deno.build.os === "windows") return { [Symbol.dispose]: () => {} };
  const folder = await Deno.open(path);
  await folder.lock(true).catch(() => {});
  return folder;
}
