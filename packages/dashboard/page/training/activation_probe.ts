import type { Arena, Device, PackedMatrix24, Tensor } from "@beyond24/device";
import { rowRange, sortedCapacity } from "@beyond24/device";
import type { PhaseName } from "@beyond24/recipe";
import { unpack24 } from "@beyond24/sparse24";
import { logits, type Transformer, writeTokens } from "@beyond24/transformer";
import { overrideMethods } from "./override_methods.ts";

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

/** Rows of a dense picture. */
const denseRows = 256;

/** What a probe keeps of a layer in sparse steps. */
interface SparseCapture {
  readonly gate: PackedMatrix24;
  readonly neurons: PackedMatrix24;
  readonly byToken: PackedMatrix24;
  readonly order: Tensor;
  readonly positions: Tensor;
  readonly offsets: Tensor;
  readonly counts: Tensor;
}

/**
 * Looks into a forward pass: it runs the model over a fixed batch with kernels that, for one layer, write the hidden
 * activations a second time into tensors of the probe. The model and its training know nothing of it.
 */
export class ActivationProbe {
  readonly #model: Transformer;
  readonly #device: Device;
  readonly #arena: Arena;
  readonly #batch: Int32Array;
  readonly #tokens: Tensor;
  readonly #dense: Tensor;
  readonly #sparse: SparseCapture | undefined;

  /**
   * Allocates what the probe writes into.
   *
   * @param model The model
   * @param batch Tokens of the batch, row-major
   * @param sequences Sequences in the batch
   */
  constructor(model: Transformer, batch: Int32Array, sequences: number) {
    const { device, config: { shape: { dFfn } } } = model;
    this.#model = model;
    this.#device = device;
    this.#arena = device.arena();
    this.#batch = batch;
    this.#tokens = device.tensor([sequences, batch.length / sequences], "i32");
    writeTokens(model, this.#tokens, batch);
    this.#dense = device.tensor([Math.min(denseRows, batch.length), dFfn], device.activationType);
    this.#sparse = this.#allocateSparse(batch.length);
  }

  /** Runs the batch forward and reads the activations of a layer. */
  async read(layer: number, phase: PhaseName, step: number): Promise<ActivationPicture> {
    const device = phase === "sparse" ? this.#watchSparse(layer) : this.#watchDense(layer);
    logits({ ...this.#model, device }, this.#tokens, { arena: this.#arena, mode: phase });
    this.#arena.reset();
    this.#device.submit();
    const what = phase === "sparse" && this.#sparse !== undefined
      ? await this.#readSparse(this.#sparse)
      : await this.#readDense();
    return { step, phase, layer, ...what };
  }

  /** Frees everything on the device. */
  dispose(): void {
    this.#arena.dispose();
    const sparse = this.#sparse === undefined ? [] : Object.values(this.#sparse);
    for (const tensor of [this.#tokens, this.#dense, ...sparse]) this.#device.free(tensor);
  }

  #allocateSparse(tokens: number): SparseCapture | undefined {
    const { device, layers } = this.#model;
    const feedForward = layers[0]?.feedForward;
    if (feedForward?.sparse === undefined) return undefined;
    const { experts, align, expertsPerToken } = feedForward.sparse.sizes;
    const rows = sortedCapacity(tokens * expertsPerToken, experts, align);
    const columns = feedForward.neurons / experts;
    return {
      gate: device.packed24(rows, columns, "cols"),
      neurons: device.packed24(rows, columns, "cols"),
      byToken: device.packed24(rows, columns, "rows"),
      order: device.tensor([rows], "i32"),
      positions: device.tensor([tokens, expertsPerToken], "i32"),
      offsets: device.tensor([experts + 1], "i32"),
      counts: device.tensor([experts], "i32"),
    };
  }

  #watchDense(layer: number): Device {
    const { kernels } = this.#device;
    let call = 0;
    const squaredRelu: typeof kernels.squaredRelu = (args) => {
      kernels.squaredRelu(args);
      if (call++ !== layer) return;
      kernels.copy({ x: rowRange(args.out, 0, this.#dense.shape[0] ?? 0), out: this.#dense });
    };
    return overrideMethods(this.#device, { kernels: overrideMethods(kernels, { squaredRelu }) });
  }

  #watchSparse(layer: number): Device {
    const { kernels } = this.#device;
    const capture = this.#sparse;
    if (capture === undefined) return this.#device;
    const { gate, neurons, byToken, order, positions, offsets, counts } = capture;
    let sorts = 0;
    let selections = 0;
    const groupTokens: typeof kernels.groupTokens = (args) => {
      kernels.groupTokens(args);
      const segments = { ...args.segments, offsets };
      if (sorts++ === layer) kernels.groupTokens({ ...args, order, positions, segments, counts });
    };
    const squaredReluSelect24: typeof kernels.squaredReluSelect24 = (args) => {
      kernels.squaredReluSelect24(args);
      if (selections++ === layer) kernels.squaredReluSelect24({ ...args, gate, neurons, tokens: byToken });
    };
    const watching = overrideMethods(kernels, { groupTokens, squaredReluSelect24 });
    return overrideMethods(this.#device, { kernels: watching });
  }

  async #readDense(): Promise<Omit<ActivationPicture, "step" | "phase" | "layer">> {
    const [rows = 0, columns = 0] = this.#dense.shape;
    const values = Float32Array.from(await this.#device.read(this.#dense));
    return { experts: 1, columns, values, tokens: this.#batch.slice(0, rows), offsets: Int32Array.of(0, rows) };
  }

  async #readSparse(capture: SparseCapture): Promise<Omit<ActivationPicture, "step" | "phase" | "layer">> {
    const order = Int32Array.from(await this.#device.read(capture.order));
    const offsets = Int32Array.from(await this.#device.read(capture.offsets));
    const packed = await this.#device.readPacked24(capture.neurons);
    const rows = offsets.at(-1) ?? 0;
    // Rows after the last segment are never written.
    const values = unpack24(packed).slice(0, rows * packed.cols);
    const replicas = capture.positions.shape[1] ?? 1;
    const tokens = order.slice(0, rows).map((replica) =>
      replica < 0 ? -1 : this.#batch[Math.floor(replica / replicas)] ?? -1
    );
    return { experts: offsets.length - 1, columns: packed.cols, values, tokens, offsets };
  }
}
