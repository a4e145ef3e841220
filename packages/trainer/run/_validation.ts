import { bitsPerByte, type TargetSize, targetSize, validationBatches } from "@beyond24/data";
import type { RunConfig } from "@beyond24/run";
import type { TrainingSession } from "@beyond24/session";
import type { RunData } from "./load_run_data.ts";

/** What a validation measures, by the names of the columns of metrics. */
export interface ValidationMetrics {
  /** Mean loss in nats per token. */
  readonly val_loss: number;
  /** The same in bits per byte of text. */
  readonly val_bits_per_byte: number | null;
}

/** The validations of a run, each over the same batches. */
export class Validation {
  readonly #data: RunData;
  readonly #config: RunConfig;
  /** Tokens and bytes of a validation. */
  #size: TargetSize | undefined;

  constructor(data: RunData, config: RunConfig) {
    this.#data = data;
    this.#config = config;
  }

  /** Validates a model as it is. */
  async run(session: TrainingSession): Promise<ValidationMetrics> {
    const { split: { validation }, tokenizer } = this.#data;
    const { model: { sequenceLength }, train: { batchSize, validationTokens: leastTokens } } = this.#config;
    const batches = () => validationBatches(validation, { sequenceLength, batchSize, leastTokens });
    this.#size ??= targetSize(batches(), tokenizer);
    const val_loss = await session.evaluate(batches());
    return { val_loss, val_bits_per_byte: bitsPerByte(val_loss, this.#size) };
  }
}
