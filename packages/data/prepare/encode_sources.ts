import { DataError } from "../data_error.ts";
import type { RefusedRecord } from "../documents/record_batch.ts";
import { tokenTypeOf } from "../tokens/token_index.ts";
import { EncoderPool } from "./encoder_pool.ts";
import { mapInOrder } from "./map_in_order.ts";
import type { PlannedSource } from "./plan_sources.ts";
import type { PrepareOptions } from "./prepare_options.ts";
import type { PreparedOutput } from "./prepared_output.ts";
import { itemBytes, type SourceItem, sourceItems } from "./source_items.ts";

/** Milliseconds after which what was done is said to be done: as much is done again after a kill. */
const commitEvery = 5000;

/** Records that are no documents and are told of; all are in the list. */
const mostTold = 10;

/**
 * Encodes what a preparation has not done yet.
 *
 * @param sources All files
 * @param output What is written
 * @param options Those of the preparation
 * @returns False if the signal stopped it
 * @throws {DataError} If a file cannot be read, its first record lacks the field, or `strict` says so
 */
export async function encodeSources(
  sources: readonly PlannedSource[],
  output: PreparedOutput,
  options: PrepareOptions,
): Promise<boolean> {
  const { tokenizer, field = "text", out, signal, workers: size = navigator.hardwareConcurrency } = options;
  const { sources: finished, from } = output.journal;
  const left = sources.slice(finished.length);
  if (left.length === 0) return true;
  let done = 0;
  const onRead = (part: number) => done = part;
  const items = sourceItems(left, { field, isCuttable: tokenizer.isCuttable, from, scratch: out, onRead });
  using pool = await EncoderPool.start(size, {
    data: tokenizer.encoderData(),
    prefix: tokenizer.prefix,
    suffix: tokenizer.eos === undefined ? [] : [tokenizer.eos],
    type: tokenTypeOf(tokenizer),
    field,
  });
  const encode = async (item: SourceItem) => "batch" in item ? await pool.encode(item.batch.records) : undefined;
  let committed = performance.now();
  for await (const { item, result } of mapInOrder(items, encode, { most: 2 * size, bytesOf: itemBytes })) {
    if ("sha256" in item) output.finishFile(item.sha256);
    else if (result !== undefined) {
      const { file: { path }, destination, batch } = item;
      tell(await output.add({ path, destination, batch, encoded: result }), path, output, options);
    }
    tellProgress(output, done, options);
    const isDue = signal?.aborted === true || performance.now() - committed > commitEvery;
    if (isDue && isBetweenDocuments(item)) {
      await output.commit();
      committed = performance.now();
    }
    if (signal?.aborted) return false;
  }
  await output.commit();
  return true;
}

function isBetweenDocuments(item: SourceItem): boolean {
  return "sha256" in item || item.batch.records.kind !== "part" || item.batch.records.isLast;
}

function tell(
  refused: readonly RefusedRecord[],
  path: string,
  output: PreparedOutput,
  { strict = false, onWarning }: PrepareOptions,
): void {
  const before = output.journal.rejected - refused.length;
  for (const [index, { record, byte, reason, lacksField }] of refused.entries()) {
    const place = byte === undefined ? "" : `, at byte ${byte},`;
    const message = `record ${record} of ${path}${place} as ${reason}`;
    if (strict) throw new DataError(`Cannot prepare ${message}`);
    if (lacksField && record === 1) throw new DataError(`Cannot prepare ${message}`);
    if (before + index < mostTold) onWarning?.(`Cannot use ${message}`);
    if (before + index === mostTold) onWarning?.("More records cannot be used: rejected.jsonl lists them all");
  }
}

function tellProgress({ journal }: PreparedOutput, done: number, { onProgress }: PrepareOptions): void {
  const { train, validation, rejected } = journal;
  onProgress?.({
    documents: train.documents + validation.documents,
    tokens: train.tokens + validation.tokens,
    bytes: train.bytes + validation.bytes,
    rejected,
    done,
  });
}
