/**
 * A thread of `prepareTokens`: the first message says how to encode, every other one is a batch of records and gets one
 * answer.
 *
 * @module
 */
import { type EncoderData, openEncoder } from "@beyond24/tokenizer";
import type { Records } from "../documents/record_batch.ts";
import { type EncodedRecords, encodeRecords, type EncodeSettings } from "./encode_records.ts";

/** How a thread is to encode. */
export interface WorkerSettings extends Omit<EncodeSettings, "encoder"> {
  /** The encoder, as data. */
  readonly data: EncoderData;
}

/** What a thread answers. */
export type WorkerAnswer =
  | { readonly kind: "ready" }
  | { readonly kind: "encoded"; readonly encoded: EncodedRecords }
  | { readonly kind: "failed"; readonly reason: string };

/**
 * What a thread sees of the one that started it: types of the web's workers would change globals of all who import
 * this.
 */
interface ThreadScope {
  onmessage: (event: MessageEvent<WorkerSettings | Records>) => void;
  postMessage(message: WorkerAnswer, transfer: Transferable[]): void;
}

const scope = globalThis as unknown as ThreadScope;
let settings: EncodeSettings | undefined;

function start({ data, ...how }: WorkerSettings): void {
  settings = { ...how, encoder: openEncoder(data) };
  answer({ kind: "ready" });
}

function encode(records: Records, how: EncodeSettings): void {
  const encoded = encodeRecords(records, how);
  const { tokens, counts, bytes, digests } = encoded;
  answer({ kind: "encoded", encoded }, [tokens.buffer, counts.buffer, bytes.buffer, digests.buffer]);
}

function answer(message: WorkerAnswer, transfer: Transferable[] = []): void {
  scope.postMessage(message, transfer);
}

scope.onmessage = ({ data }: MessageEvent<WorkerSettings | Records>) => {
  try {
    if ("kind" in data && settings !== undefined) encode(data, settings);
    else if (!("kind" in data)) start(data);
  } catch (error) {
    answer({ kind: "failed", reason: error instanceof Error ? error.message : String(error) });
  }
};
