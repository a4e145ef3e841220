import { UsageError } from "@beyond24/run";
import { join } from "@std/path";

/** What an export writes. */
const ownNames =
  /^(config|generation_config|tokenizer|tokenizer_config)\.json$|^README\.md$|^sparse24$|^model(-\d{5}-of-\d{5})?\.safetensors(\.index\.json)?$/;

/**
 * Refuses to write over files.
 *
 * @throws {UsageError} If something lies in the folder and may not be replaced, or is no export
 */
export async function checkOutFolder(path: string, overwrite: boolean): Promise<void> {
  const info = await Deno.lstat(path).catch((error: unknown) => {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  });
  if (info === undefined) return;
  if (!info.isDirectory) throw new UsageError(`Cannot export to ${path} as it must be a folder: choose another --out`);
  const names = (await Array.fromAsync(Deno.readDir(path))).map(({ name }) => name).sort();
  if (names.length === 0) return;
  const foreign = names.find((name) => !ownNames.test(name));
  if (foreign !== undefined) {
    throw new UsageError(
      `Cannot export to ${path} as no export has written ${join(path, foreign)}: use another --out`,
    );
  }
  if (overwrite) return;
  throw new UsageError(
    `Cannot export to ${path} as it already holds a model: use another --out, or --overwrite to replace it`,
  );
}
