import type { DType, Kernels, PackedMatrix24, Tensor } from "@beyond24/device";

/** Makes tensors that have a place but no memory. */
export interface ImaginaryMemory {
  /** Storage type of activations. */
  readonly dtype: "f32" | "f16";
  /** A tensor, perhaps one that does not start at the beginning of its memory. */
  tensor(dtype: DType, shape: readonly number[], offset?: number): Tensor;
  /** A packed matrix. */
  packed(rows: number, cols: number, axis: "rows" | "cols"): PackedMatrix24;
}

/** A call of a kernel whose texts are compared. */
export interface GoldenCase {
  /** What is special about it; the first word is the kernel. */
  readonly name: string;
  /** What its texts depend on, besides the storage type. */
  readonly varies?: "matmul" | "groupedMatmul" | "attention";
  /** Makes the call. */
  readonly run: (kernels: Kernels, memory: ImaginaryMemory) => void;
}

/** Tokens of the cases. */
export const TOKENS = 64;
/** Width of a cluster. */
export const WIDTH = 32;
/** Clusters. */
export const EXPERTS = 2;

/** Segments of sorted tokens. */
export const segments = ({ tensor }: ImaginaryMemory, align = 8) => ({ offsets: tensor("i32", [EXPERTS + 1]), align });
