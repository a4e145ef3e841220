import { type Packed24, prune24 } from "@beyond24/sparse24";
import type { Device, HostArray } from "../device.ts";
import type { Kernels } from "../kernels.ts";
import type { PackedMatrix24 } from "../packed24.ts";
import { roundTo } from "../round_to.ts";
import { type DType, elementCount, rowRange, type Tensor } from "../tensor.ts";
import { assertClose, assertSame, type Numbers } from "./close.ts";
import { Random } from "./random.ts";

/** What outputs hold before a kernel runs, and what surrounds views: NaN, or this in i32 tensors. */
export const POISON_INTEGER = -559038737;

/** What a case uses of a device. */
export type ContractDevice = Pick<
  Device,
  | "kernels"
  | "activationType"
  | "gathersTokens"
  | "takesScales"
  | "tensor"
  | "packed24"
  | "write"
  | "free"
  | "read"
  | "readPacked24"
>;

/** A tensor together with what it holds. */
export interface Input {
  /** On the device. */
  readonly tensor: Tensor;
  /** The same values on the host, rounded as the device rounds them. */
  readonly values: Float32Array;
}

/** A packed matrix together with what it holds. */
export interface PackedInput {
  /** On the device. */
  readonly packed: PackedMatrix24;
  /** The dense matrix that it stands for, row-major. */
  readonly values: Float32Array;
}

/**
 * What a case works with: inputs from a seeded generator, poisoned outputs, checks. Everything is freed by `finish`.
 */
export class ContractContext {
  /** Inputs come from here: the same numbers in every run. */
  readonly random: Random = new Random(24);
  /** Everything that was read, for the comparison of two runs. */
  readonly results: HostArray[] = [];
  readonly #owned: (Tensor | PackedMatrix24)[] = [];
  readonly #guarded: Tensor[] = [];

  /**
   * @param device The device under test.
   * @param tolerances Largest relative error, by type of the output.
   * @param placement Whether tensors stand alone or are views with a guard row on each side.
   */
  constructor(
    readonly device: ContractDevice,
    readonly tolerances: Readonly<Record<DType, number>>,
    readonly placement: "whole" | "view",
  ) {}

  /** The kernels under test. */
  get kernels(): Kernels {
    return this.device.kernels;
  }

  /** Type of activations on this device. */
  get activation(): Device["activationType"] {
    return this.device.activationType;
  }

  /** A floating tensor with given values (default: uniform in [-1, 1)) of the activation type or another. */
  input(shape: readonly number[], values?: Numbers, dtype: DType = this.activation): Input {
    const rounded = values === undefined ? this.random.uniform(elementCount(shape)) : Float32Array.from(values);
    roundTo(rounded, dtype);
    const tensor = this.#allocate(shape, dtype);
    this.device.write(tensor, rounded);
    return { tensor, values: rounded };
  }

  /** An i32 tensor with given values. */
  integers(shape: readonly number[], values: Numbers): Tensor {
    const tensor = this.#allocate(shape, "i32");
    this.device.write(tensor, Int32Array.from(values));
    return tensor;
  }

  /** An output: a tensor full of poison. */
  output(shape: readonly number[], dtype: DType = this.activation): Tensor {
    const tensor = this.#allocate(shape, dtype);
    this.device.write(tensor, poison(elementCount(shape), dtype));
    return tensor;
  }

  /** A packed matrix whose contents are not defined yet. */
  packedOutput(rows: number, cols: number, axis: "rows" | "cols"): PackedMatrix24 {
    const packed = this.device.packed24(rows, cols, axis);
    this.#owned.push(packed);
    return packed;
  }

  /** A packed matrix of the two largest of every four of random or given values, made with `select24`. */
  packedInput(rows: number, cols: number, axis: "rows" | "cols", values?: Numbers): PackedInput {
    const x = this.input([rows, cols], values);
    const packed = this.packedOutput(rows, cols, axis);
    this.kernels.select24({ x: x.tensor, packed });
    const kept = prune24(x.values, { rows, cols }, { axis });
    return { packed, values: x.values.map((value, i) => kept[i] ? value : 0) };
  }

  /** Reads a tensor and keeps what was read for the comparison of two runs. */
  async read(tensor: Tensor): Promise<HostArray> {
    const values = await this.device.read(tensor);
    this.results.push(values);
    return values;
  }

  /** Reads a packed matrix and keeps what was read for the comparison of two runs. */
  async readPacked(packed: PackedMatrix24): Promise<Packed24> {
    const canonical = await this.device.readPacked24(packed);
    this.results.push(canonical.values, Int32Array.from(canonical.metadata));
    return canonical;
  }

  /** Fails unless a floating tensor holds `expected` up to the tolerance of its type. */
  async expectClose(what: string, tensor: Tensor, expected: Numbers): Promise<void> {
    assertClose(await this.read(tensor), expected, this.tolerances[tensor.dtype], what);
  }

  /** The same for the first `rows` rows; the others must still be poison. */
  async expectRows(what: string, tensor: Tensor, expected: Numbers, rows: number): Promise<void> {
    const actual = await this.read(tensor);
    const end = rows * elementCount(tensor.shape.slice(1));
    assertClose(actual.subarray(0, end), Array.from(expected).slice(0, end), this.tolerances[tensor.dtype], what);
    const rest = actual.subarray(end);
    assertSame(rest, poison(rest.length, tensor.dtype), `${what}, rows that may not be written`);
  }

  /** Fails unless a tensor holds exactly these numbers. */
  async expectSame(what: string, tensor: Tensor, expected: Numbers): Promise<void> {
    assertSame(await this.read(tensor), expected, what);
  }

  /** Checks the guard rows of views and frees everything. */
  async finish(): Promise<void> {
    try {
      for (const tensor of this.#guarded) await this.#checkGuards(tensor);
    } finally {
      for (const owned of this.#owned) this.device.free(owned);
    }
  }

  #allocate(shape: readonly number[], dtype: DType): Tensor {
    if (this.placement === "whole") {
      const tensor = this.device.tensor(shape, dtype);
      this.#owned.push(tensor);
      return tensor;
    }
    const [rows = 1, ...rest] = shape;
    const larger = this.device.tensor([rows + 2, ...rest], dtype);
    this.#owned.push(larger);
    this.#guarded.push(larger);
    this.device.write(larger, poison(elementCount(larger.shape), dtype));
    return rowRange(larger, 1, rows + 1);
  }

  async #checkGuards(larger: Tensor): Promise<void> {
    const [rows = 0, ...rest] = larger.shape;
    const width = elementCount(rest);
    const values = await this.device.read(larger);
    const guards = [...values.subarray(0, width), ...values.subarray((rows - 1) * width)];
    assertSame(guards, poison(2 * width, larger.dtype), `surroundings of a view of [${rows - 2}, ${rest}]`);
  }
}

function poison(count: number, dtype: DType): HostArray {
  return dtype === "i32" ? new Int32Array(count).fill(POISON_INTEGER) : new Float32Array(count).fill(NaN);
}
