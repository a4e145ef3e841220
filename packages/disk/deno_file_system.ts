import type { FileSystem, FoundFile, WritableFile } from "./file_system.ts";

/** The disk as Deno gives it: every request once, every error as it comes. */
export const denoFileSystem: FileSystem = {
  makeFolder: (path) => Deno.mkdir(path),
  // `createNew` never follows a link: whatever has the name is in the way.
  create: async (path) => writable(await Deno.open(path, { write: true, createNew: true })),
  openAtEnd: (path) => openFile(path, { append: true }),
  open: (path) => openFile(path, { write: true }),
  rename: (from, to) => Deno.rename(from, to),
  remove: (path) => Deno.remove(path, { recursive: true }),
  syncFolder,
  look: async (path) => {
    try {
      return found(await Deno.lstat(path));
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return undefined;
      throw error;
    }
  },
};

async function openFile(path: string, options: Deno.OpenOptions): Promise<WritableFile> {
  const before = found(await Deno.lstat(path));
  if (before.kind !== "file") throw notAFile();
  const file = await Deno.open(path, options);
  // Nothing was written yet, so a link that came in between has done no harm.
  const after = found(await file.stat());
  if (after.identity === before.identity) return writable(file);
  file.close();
  throw notAFile();
}

/** What the system says of a link that it was told not to follow. */
function notAFile(): Error {
  return Object.assign(new Error("no file of its own"), { code: "ELOOP" });
}

async function syncFolder(path: string): Promise<void> {
  // Windows cannot open a folder as a file; it also has no need to, NTFS keeps names in its journal.
  if (Deno.build.os === "windows") return;
  using folder = await Deno.open(path);
  await folder.sync();
}

function writable(file: Deno.FsFile): WritableFile {
  return {
    write: (bytes) => file.write(bytes),
    seek: async (offset) => void await file.seek(offset, Deno.SeekMode.Start),
    truncate: (size) => file.truncate(size),
    sync: () => file.sync(),
    look: async () => found(await file.stat()),
    close: () => file.close(),
  };
}

function found({ isFile, isDirectory, isSymlink, size, dev, ino }: Deno.FileInfo): FoundFile {
  const kind = isFile ? "file" : isDirectory ? "folder" : isSymlink ? "link" : "other";
  return { kind, size, identity: ino === null ? "" : `${dev}:${ino}` };
}
