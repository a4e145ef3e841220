import { type FileLog, type FileSystem, openFileLog } from "@beyond24/disk";
import { joinBytes } from "../documents/_join_bytes.ts";
import type { RecordBatch, RefusedRecord } from "../documents/record_batch.ts";
import type { TokenType } from "../tokens/token_index.ts";
import { TokenWriter } from "../tokens/token_writer.ts";
import { DigestSet } from "./digest_set.ts";
import { digestBytes, type EncodedRecords } from "./encode_records.ts";
import type { Destination } from "./plan_sources.ts";
import { type PartCounts, type PrepareJournal, writeJournal } from "./prepare_journal.ts";

/** Where a document goes. */
type Part = "train" | "validation" | "duplicate";

/** Name of the list of records that are no documents. */
export const rejectedFile = "rejected.jsonl";

/** Name of the digests of documents, which are there while tokens are prepared. */
export const digestsFile = ".documents.bin";

/** Options of {@linkcode PreparedOutput.open}. */
export interface PreparedOutputOptions {
  /** Folder of the tokens. */
  readonly folder: string;
  /** What is there and stays. */
  readonly journal: PrepareJournal;
  /** How a token is written. */
  readonly type: TokenType;
  /** Part of the documents that goes to validation where the digest decides. */
  readonly heldOut: number;
  /** Whether documents that were there before are left out. */
  readonly deduplicate: boolean;
  /** The disk. */
  readonly disk: FileSystem;
  /** Tokens of a file. */
  readonly shardTokens?: number | undefined;
}

/** A batch of a file, encoded. */
export interface FinishedBatch {
  /** Name of the file. */
  readonly path: string;
  /** Where its documents go. */
  readonly destination: Destination;
  /** The records. */
  readonly batch: RecordBatch;
  /** Their documents. */
  readonly encoded: EncodedRecords;
}

interface OutputFiles {
  readonly train: TokenWriter;
  readonly validation: TokenWriter;
  readonly rejected: FileLog;
  readonly digests: FileLog | undefined;
}

/** What a preparation writes: tokens of both parts, the list of what is no document, and how far it is. */
export class PreparedOutput {
  readonly #options: PreparedOutputOptions;
  readonly #files: OutputFiles;
  readonly #known = new DigestSet();
  #journal: PrepareJournal;
  /** Where the parts of a long text go. */
  #longText: Part = "train";

  private constructor(options: PreparedOutputOptions, files: OutputFiles) {
    this.#options = options;
    this.#journal = options.journal;
    this.#files = files;
  }

  /** Opens the files at what the journal names; what follows is lost. */
  static async open(options: PreparedOutputOptions): Promise<PreparedOutput> {
    const { folder, journal, disk, deduplicate, type, shardTokens } = options;
    const writer = (name: "train" | "validation") =>
      TokenWriter.open({ folder, name, type, disk, tokens: journal[name].tokens, ...(shardTokens && { shardTokens }) });
    const kept = digestBytes * (journal.train.documents + journal.validation.documents);
    const output = new PreparedOutput(options, {
      train: await writer("train"),
      validation: await writer("validation"),
      rejected: await openFileLog(`${folder}/${rejectedFile}`, journal.rejectedBytes, disk),
      digests: deduplicate ? await openFileLog(`${folder}/${digestsFile}`, kept, disk) : undefined,
    });
    if (deduplicate) await output.#readDigests(`${folder}/${digestsFile}`);
    return output;
  }

  /** How far it is. */
  get journal(): PrepareJournal {
    return this.#journal;
  }

  /** Names of the token files and their tokens. */
  get shards(): Record<"train" | "validation", TokenWriter["shards"]> {
    return { train: this.#files.train.shards, validation: this.#files.validation.shards };
  }

  /**
   * Writes the documents of a batch.
   *
   * @returns What is no document
   */
  async add({ path, destination, batch, encoded }: FinishedBatch): Promise<RefusedRecord[]> {
    const { records, refused, start } = batch;
    const isPart = records.kind === "part";
    const isWhole = !isPart || records.isLast;
    const kept: Uint8Array[] = [];
    let first = 0;
    let end = 0;
    let part: Part | undefined;
    for (const [document, tokens] of encoded.counts.entries()) {
      const digest = encoded.digests.subarray(document * digestBytes, (document + 1) * digestBytes);
      const next = isPart && !records.isFirst ? this.#longText : this.#partOf(digest, destination);
      this.#longText = next;
      if (next !== part) {
        await this.#write(part, encoded.tokens.subarray(first, end));
        part = next;
        first = end;
      }
      end += tokens;
      if (next !== "duplicate" && isWhole) kept.push(digest);
      this.#count(next, { documents: Number(isWhole), tokens, bytes: encoded.bytes[document] ?? 0 });
    }
    await this.#write(part, encoded.tokens.subarray(first, end));
    await this.#files.digests?.append(joinBytes(kept, kept.length * digestBytes));
    const inFile = encoded.refused.map((fault) => (
      {
        ...fault,
        record: start.record + fault.record,
        byte: records.kind === "lines" ? start.byte + fault.byte : fault.byte,
      }
    ));
    const all = [...refused, ...inFile].sort((a, b) => a.record - b.record);
    await this.#reject(all.map(({ record, byte, reason }) => JSON.stringify({ file: path, record, byte, reason })));
    this.#journal = { ...this.#journal, from: batch.end };
    return all;
  }

  /** Says that a file is done. */
  finishFile(sha256: string): void {
    this.#journal = { ...this.#journal, sources: [...this.#journal.sources, sha256], from: { byte: 0, record: 0 } };
  }

  /** Returns when all is on the disk, and the journal says so. Call it between documents. */
  async commit(): Promise<void> {
    await this.#files.train.sync();
    await this.#files.validation.sync();
    await this.#files.rejected.sync();
    await this.#files.digests?.sync();
    await writeJournal(this.#options.folder, this.#journal, this.#options.disk);
  }

  /** Closes the files. */
  async close(): Promise<void> {
    this.#files.rejected.close();
    this.#files.digests?.close();
    await this.#files.train.close();
    await this.#files.validation.close();
  }

  #partOf(digest: Uint8Array, destination: Destination): Part {
    if (this.#options.deduplicate && !this.#known.add(digest)) return "duplicate";
    if (destination !== "by digest") return destination;
    const number = digest.subarray(0, 6).reduce((value, byte) => value * 256 + byte, 0);
    return number < this.#options.heldOut * 2 ** 48 ? "validation" : "train";
  }

  async #write(part: Part | undefined, tokens: EncodedRecords["tokens"]): Promise<void> {
    if (part === "train" || part === "validation") await this.#files[part].append(tokens);
  }

  #count(part: Part, { documents, tokens, bytes }: PartCounts): void {
    const journal = this.#journal;
    if (part === "duplicate") {
      this.#journal = { ...journal, duplicates: journal.duplicates + documents };
      return;
    }
    const counts = journal[part];
    const sum = {
      documents: counts.documents + documents,
      tokens: counts.tokens + tokens,
      bytes: counts.bytes + bytes,
    };
    this.#journal = { ...journal, [part]: sum };
  }

  async #reject(lines: readonly string[]): Promise<void> {
    if (lines.length === 0) return;
    const bytes = new TextEncoder().encode(lines.map((line) => line + "\n").join(""));
    await this.#files.rejected.append(bytes);
    const { rejected, rejectedBytes } = this.#journal;
    this.#journal = {
      ...this.#journal,
      rejected: rejected + lines.length,
      rejectedBytes: rejectedBytes + bytes.length,
    };
  }

  async #readDigests(path: string): Promise<void> {
    const chunk = new Uint8Array(digestBytes * 2 ** 14);
    using file = await Deno.open(path);
    let filled = 0;
    for (let count = await file.read(chunk); count !== null; count = await file.read(chunk.subarray(filled))) {
      filled += count;
      if (filled < chunk.length) continue;
      this.#addDigests(chunk);
      filled = 0;
    }
    this.#addDigests(chunk.subarray(0, filled));
  }

  #addDigests(digests: Uint8Array): void {
    for (let at = 0; at < digests.length; at += digestBytes) this.#known.add(digests.subarray(at, at + digestBytes));
  }
}
