/** What a file gained since it was last read. */
export interface FollowedLines {
  /** Whether the file is not what was read before: a run began again, or went back to a checkpoint. */
  readonly restarted: boolean;
  /** Whole new lines without their ends; all lines after a restart. */
  readonly lines: readonly string[];
}

/** Bytes before the place reached that are compared to see whether the file was written anew. */
const witnessBytes = 64;
/** Most bytes of one read; a line that is longer is none of a run, and passed over. */
const chunkBytes = 1 << 20;
const lineEnd = 10;

/** Follows a growing file of lines by polling: `read` gives what is new. */
export class LineFollower {
  readonly #path: string;
  #offset = 0;
  #witness: Uint8Array = new Uint8Array(0);
  /** Whether the place reached is in the middle of a line that is passed over. */
  #isSkipping = false;

  /** Follows the file at `path`, which need not exist yet. */
  constructor(path: string) {
    this.#path = path;
  }

  /** What came since the last call, at most about a megabyte of it; no lines when there is nothing new. */
  async read(): Promise<FollowedLines> {
    const file = await openFile(this.#path);
    if (file === undefined) return { restarted: this.#forget(), lines: [] };
    try {
      const restarted = !(await this.#isSameFile(file)) && this.#forget();
      return { restarted, lines: await this.#readLines(file) };
    } finally {
      file.close();
    }
  }

  /** Starts from the beginning; true if anything had been read. */
  #forget(): boolean {
    const hadRead = this.#offset > 0;
    this.#offset = 0;
    this.#witness = new Uint8Array(0);
    this.#isSkipping = false;
    return hadRead;
  }

  async #isSameFile(file: Deno.FsFile): Promise<boolean> {
    const found = await readAt(file, this.#offset - this.#witness.length, this.#witness.length);
    return found.length === this.#witness.length && found.every((byte, index) => byte === this.#witness[index]);
  }

  async #readLines(file: Deno.FsFile): Promise<string[]> {
    for (;;) {
      const bytes = await readAt(file, this.#offset, chunkBytes);
      const end = bytes.lastIndexOf(lineEnd) + 1;
      const start = this.#isSkipping ? bytes.indexOf(lineEnd) + 1 : 0;
      if (end > 0) {
        this.#advance(bytes.subarray(0, end));
        this.#isSkipping = false;
        return end > start ? new TextDecoder().decode(bytes.subarray(start, end - 1)).split("\n") : [];
      }
      if (bytes.length < chunkBytes) return [];
      this.#advance(bytes);
      this.#isSkipping = true;
    }
  }

  #advance(bytes: Uint8Array): void {
    this.#offset += bytes.length;
    this.#witness = bytes.slice(-witnessBytes);
  }
}

/** Opens a file; a link counts as missing, as it may lead anywhere, and so does what is no file. */
async function openFile(path: string): Promise<Deno.FsFile | undefined> {
  try {
    return (await Deno.lstat(path)).isFile ? await Deno.open(path, { read: true }) : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

async function readAt(file: Deno.FsFile, offset: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  await file.seek(offset, Deno.SeekMode.Start);
  let filled = 0;
  while (filled < length) {
    const count = await file.read(bytes.subarray(filled));
    if (count === null) break;
    filled += count;
  }
  return bytes.subarray(0, filled);
}
