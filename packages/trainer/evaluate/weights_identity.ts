/**
 * What tells a file of weights from all others: where it lies, how large it is and when it was written.
 *
 * @param path The file
 */
export async function weightsIdentity(path: string): Promise<string> {
  const { size, mtime } = await Deno.stat(path);
  return `${await Deno.realPath(path)} ${size} ${mtime?.getTime()}`;
}
