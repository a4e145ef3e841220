import { type Arena, isPacked24, type Operand, type Tensor } from "@beyond24/device";
import type { PhaseName } from "@beyond24/recipe";
import { unpack24 } from "@beyond24/sparse24";
import { layerActivations, type Transformer } from "@beyond24/transformer";

/** Hidden activations y2 of one layer over a fixed batch, as the products of this step's kind read them. */
export interface ActivationPicture {
  /** Steps done. */
  readonly step: number;
  /** How they were computed. */
  readonly phase: PhaseName;
  /** The layer, from 0. */
  readonly layer: number;
  /** Clusters of neurons; 1 in dense steps. */
  readonly experts: number;
  /** Values of a row: all neurons, or those of the row's expert. */
  readonly columns: number;
  /** Row-major [rows, columns]. */
  readonly values: Float32Array;
  /** Token of each row, -1 for padding. */
  readonly tokens: Int32Array;
  /** First row of every expert's segment, and the end of the last one. */
  readonly offsets: Int32Array;
}

/** Most rows of a picture whose tokens are not sorted. */
const unsortedRows = 256;

/** Looks into the forward pass of a model over a fixed batch. Its training knows nothing of it. */
export class ActivationProbe {
  readonly #model: Transformer;
  readonly #arena: Arena;
  readonly #batch: Int32Array;
  readonly #tokens: Tensor;

  /**
   * Allocates the batch.
   *
   * @param model The model
   * @param batch Tokens of the batch, row-major
   * @param sequences Sequences in the batch
   */
  constructor(model: Transformer, batch: Int32Array, sequences: number) {
    const { device } = model;
    this.#model = model;
    this.#arena = device.arena();
    this.#batch = batch;
    this.#tokens = device.tensor([sequences, batch.length / sequences], "i32");
    device.write(this.#tokens, batch);
  }

  /** Runs the batch forward and reads the activations of a layer. */
  async read(layer: number, phase: PhaseName, step: number): Promise<ActivationPicture> {
    const { device } = this.#model;
    const found = layerActivations(this.#model, this.#tokens, { arena: this.#arena, mode: phase, layer });
    const { values, columns } = await this.#values(found.values);
    const sorted = found.order && found.segments
      ? { order: await device.read(found.order), offsets: Int32Array.from(await device.read(found.segments.offsets)) }
      : undefined;
    this.#arena.reset();
    // Rows after the last segment are never written.
    const rows = sorted?.offsets.at(-1) ?? Math.min(unsortedRows, this.#batch.length);
    return {
      step,
      phase,
      layer,
      experts: sorted === undefined ? 1 : sorted.offsets.length - 1,
      columns,
      values: values.slice(0, rows * columns),
      tokens: sorted === undefined ? this.#batch.slice(0, rows) : this.#tokensOf(sorted.order.subarray(0, rows)),
      offsets: sorted?.offsets ?? Int32Array.of(0, rows),
    };
  }

  /** Frees everything on the device. */
  dispose(): void {
    this.#arena.dispose();
    this.#model.device.free(this.#tokens);
  }

  async #values(operand: Operand): Promise<{ readonly values: Float32Array; readonly columns: number }> {
    const { device } = this.#model;
    if (isPacked24(operand)) return { values: unpack24(await device.readPacked24(operand)), columns: operand.cols };
    return { values: Float32Array.from(await device.read(operand)), columns: operand.shape[1] ?? 0 };
  }

  /** A row is of a token and one of its experts. */
  #tokensOf(order: ArrayLike<number>): Int32Array {
    const replicas = this.#model.config.sparsity?.expertsPerToken ?? 1;
    return Int32Array.from(order, (row) => row < 0 ? -1 : this.#batch[Math.floor(row / replicas)] ?? -1);
  }
}
