import { join, relative } from "@std/path";
import { denoFileSystem } from "../deno_file_system.ts";
import type { FileSystem, WritableFile } from "../file_system.ts";
import type { DiskRequest } from "./failing_file_system.ts";

/**
 * What a disk may keep of requests that were not synced: nothing; the names but not the contents, so that a file is
 * empty; or names, half of what was written with zeros behind it, and half of a folder that was removed.
 */
export type PowerCutLoss = "all" | "contents" | "half";

/** Every loss that {@linkcode PowerCutDisk.leave} knows. */
export const powerCutLosses: readonly PowerCutLoss[] = ["all", "contents", "half"];

/** A disk whose power is cut after so many requests. */
export interface PowerCutDisk {
  /** The disk; what lies outside of its folder cannot be written. */
  readonly fileSystem: FileSystem;
  /** Whether the power was cut. */
  readonly isCut: () => boolean;
  /** Writes what is found when the power is back into an empty folder. */
  readonly leave: (folder: string, loss: PowerCutLoss) => Promise<void>;
}

interface FileNode {
  live: Uint8Array<ArrayBuffer>;
  durable: Uint8Array<ArrayBuffer>;
}

interface FolderNode {
  live: Map<string, FileNode | FolderNode>;
  durable: Map<string, FileNode | FolderNode>;
}

type DiskNode = FileNode | FolderNode;

/**
 * A disk that forgets what was not synced when its power is cut. What lies in the folder at first is on the disk.
 *
 * @param root The folder
 * @param requests Requests that are carried out; of the next one half when it is a write, and nothing ever after
 * @param onRequest Is called in each request, when `leave` gives what is found after a power cut at it
 * @returns The disk
 *
 * @example A file that was written and not synced is empty
 * ```ts
 * import { powerCutDisk } from "@beyond24/disk/testing";
 * import { assertEquals } from "@std/assert";
 *
 * const [folder, after] = [await Deno.makeTempDir(), await Deno.makeTempDir()];
 * const { fileSystem, leave } = await powerCutDisk(folder, Infinity);
 * const file = await fileSystem.create(`${folder}/file`);
 * await file.write(new Uint8Array(9));
 * file.close();
 * await leave(after, "contents");
 * assertEquals(await Deno.readFile(`${after}/file`), new Uint8Array());
 * ```
 */
export async function powerCutDisk(
  root: string,
  requests: number,
  onRequest: (request: DiskRequest) => void | Promise<void> = () => {},
): Promise<PowerCutDisk> {
  const top = await scan(root);
  let done = 0;
  const power = async (name: DiskRequest["name"], path: string) => {
    await onRequest({ index: done, name, path });
    if (done++ >= requests) throw new Error("The power is cut");
  };
  const folderOf = (path: string): [FolderNode, string] => {
    const parts = relative(root, path).split("/");
    const name = parts.pop() ?? "";
    return [parts.reduce((folder, part) => asFolder(folder.live.get(part), path), top), name];
  };
  const fileAt = (path: string): FileNode => {
    const [folder, name] = folderOf(path);
    const node = folder.live.get(name);
    if (node === undefined || isFolder(node)) throw new Error(`No file lies at ${path}`);
    return node;
  };
  const put = (path: string, node: DiskNode) => {
    const [folder, name] = folderOf(path);
    folder.live.set(name, node);
  };
  const take = (path: string): DiskNode => {
    const [folder, name] = folderOf(path);
    const node = folder.live.get(name);
    if (node === undefined) throw new Error(`Nothing lies at ${path}`);
    folder.live.delete(name);
    return node;
  };
  const writable = (file: WritableFile, path: string, node: FileNode, start: number): WritableFile => {
    const add = async (part: Uint8Array) => {
      await file.write(part);
      node.live = overwritten(node.live, start, part);
      start += part.length;
    };
    return {
      write: async (bytes) => {
        const half = bytes.length >> 1;
        if (done <= requests) await add(bytes.subarray(0, half));
        await power("write", path);
        await add(bytes.subarray(half));
        return bytes.length;
      },
      seek: async (offset) => {
        await file.seek(offset);
        start = offset;
      },
      truncate: async (size) => {
        await power("truncate", path);
        await file.truncate(size);
        node.live = overwritten(new Uint8Array(size), 0, node.live.subarray(0, size));
        start = Math.min(start, size);
      },
      sync: async () => {
        await power("sync", path);
        node.durable = node.live;
      },
      look: () => file.look(),
      close: () => file.close(),
    };
  };
  const fileSystem: FileSystem = {
    makeFolder: async (path) => {
      await power("makeFolder", path);
      await denoFileSystem.makeFolder(path);
      put(path, { live: new Map(), durable: new Map() });
    },
    create: async (path) => {
      await power("create", path);
      const file = await denoFileSystem.create(path);
      const node: FileNode = { live: new Uint8Array(), durable: new Uint8Array() };
      put(path, node);
      return writable(file, path, node, 0);
    },
    openAtEnd: async (path) => {
      const node = fileAt(path);
      return writable(await denoFileSystem.openAtEnd(path), path, node, node.live.length);
    },
    open: async (path) => writable(await denoFileSystem.open(path), path, fileAt(path), 0),
    rename: async (from, to) => {
      await power("rename", to);
      await denoFileSystem.rename(from, to);
      put(to, take(from));
    },
    remove: async (path) => {
      await power("remove", path);
      await denoFileSystem.remove(path);
      take(path);
    },
    syncFolder: async (path) => {
      await power("syncFolder", path);
      const folder = relative(root, path) === "" ? top : asFolder(folderOf(path)[0].live.get(folderOf(path)[1]), path);
      folder.durable = new Map(folder.live);
    },
    look: (path) => denoFileSystem.look(path),
  };
  return { fileSystem, isCut: () => done > requests, leave: (folder, loss) => leave(top, folder, loss) };
}

async function scan(path: string): Promise<FolderNode> {
  const entries = new Map<string, DiskNode>();
  for (const { name, isDirectory } of Deno.readDirSync(path)) {
    if (isDirectory) entries.set(name, await scan(join(path, name)));
    else {
      const bytes = await Deno.readFile(join(path, name));
      entries.set(name, { live: bytes, durable: bytes });
    }
  }
  return { live: new Map(entries), durable: entries };
}

async function leave(folder: FolderNode, path: string, loss: PowerCutLoss): Promise<void> {
  for (const [name, node] of loss === "all" ? folder.durable : folder.live) {
    if (!isFolder(node)) await Deno.writeFile(join(path, name), contents(node, loss));
    else {
      await Deno.mkdir(join(path, name));
      await leave(node, join(path, name), loss);
    }
  }
  if (loss !== "half") return;
  for (const [name, node] of folder.durable) {
    if (!isFolder(node) || [...folder.live.values()].includes(node) || folder.live.has(name)) continue;
    await Deno.mkdir(join(path, name));
    const half = [...node.durable].slice(node.durable.size >> 1);
    await leave({ live: new Map(half), durable: new Map(half) }, join(path, name), loss);
  }
}

function contents({ live, durable }: FileNode, loss: PowerCutLoss): Uint8Array {
  if (loss !== "half" || live.length <= durable.length) return loss === "half" ? live : durable;
  const bytes = live.slice();
  bytes.fill(0, (durable.length + live.length) >> 1);
  return bytes;
}

function overwritten(before: Uint8Array, start: number, part: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(Math.max(before.length, start + part.length));
  bytes.set(before);
  bytes.set(part, start);
  return bytes;
}

function isFolder(node: DiskNode): node is FolderNode {
  return node.live instanceof Map;
}

function asFolder(node: DiskNode | undefined, path: string): FolderNode {
  if (node === undefined || !isFolder(node)) throw new Error(`No folder lies above ${path}`);
  return node;
}
