import { elementCount, isPacked24, type Operand, type Segments, type Tensor, type TokenGather } from "@beyond24/device";
import { floatName, matrixSize } from "../launching/arguments.ts";
import { addressOfTensor } from "../memory/storage.ts";

/** Which grouped product: what its columns are, as in the names of the contract. */
export type ProductKind = "neurons" | "features" | "weights";

/** What a grouped product reads and writes. */
export interface ProductOperands {
  readonly kind: ProductKind;
  /** Weights of `"neurons"`, else activations; may be packed. */
  readonly a: Operand;
  /** Weights of `"features"`, else tokens, which are dense. */
  readonly b: Operand;
  readonly out: Tensor;
  readonly segments: Segments;
  /** Sorts the tokens. */
  readonly gather?: TokenGather;
  /** Row of `out` of every sorted row, for `"features"`. */
  readonly rowMap?: Tensor;
  /**
   * Second result of `"neurons"`, of one expert, on a Hopper: the sum of relu(out)² of every 64 neurons, f32 [T, F /
   * 64].
   */
  readonly energies?: Tensor;
  readonly accumulate?: boolean;
}

/** A grouped product as plain data: all that the choice of its kernel depends on. */
export interface ProductDescription {
  readonly kind: ProductKind;
  /** Sorted rows. */
  readonly rows: number;
  /** Rows to a multiple of which every segment is padded. */
  readonly align: number;
  readonly experts: number;
  /** C, of one expert. */
  readonly neurons: number;
  /** D. */
  readonly features: number;
  /** Which operand is 2:4. */
  readonly sparse: "a" | "b" | "none";
  /** Type of tokens or activations. */
  readonly type: "f32" | "bf16";
  readonly outType: "f32" | "bf16";
  /**
   * Whether dense operands are bf16 and all start at multiples of 16 bytes, as tensor-core kernels read and write them.
   */
  readonly inTiles: boolean;
  /** Whether tokens come unsorted. */
  readonly gathers: boolean;
}

/**
 * What is described: of the segments only how many and how they are padded, so that they need not lie on the device
 * yet.
 */
export type Describable = Omit<ProductOperands, "segments"> & {
  readonly segments: { readonly align: number; readonly offsets: Pick<Tensor, "shape"> };
};

/** Describes a product. */
export function describeProduct(operands: Describable): ProductDescription {
  const { kind, a, b, out, segments, gather } = operands;
  return {
    kind,
    rows: gather ? elementCount(gather.order.shape) : sizeOf(kind === "neurons" ? b : a)[0],
    align: segments.align,
    experts: elementCount(segments.offsets.shape) - 1,
    neurons: kind === "neurons" ? matrixSize(out)[1] : sizeOf(a)[1],
    features: sizeOf(b)[1],
    sparse: isPacked24(a) ? "a" : isPacked24(b) ? "b" : "none",
    type: floatName(kind === "features" ? a : b),
    outType: floatName(out),
    inTiles: [a, b].every(isInTiles) && addressOfTensor(out) % 16n === 0n,
    gathers: gather !== undefined,
  };
}

/** Whether tensor-core kernels can read an operand: a packed one always. */
export function isInTiles(operand: Operand): boolean {
  return isPacked24(operand) || operand.dtype === "bf16" && addressOfTensor(operand) % 16n === 0n;
}

function sizeOf(operand: Operand): readonly [number, number] {
  return isPacked24(operand) ? [operand.rows, operand.cols] : matrixSize(operand);
}
