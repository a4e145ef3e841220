import type { TensorFile } from "@beyond24/checkpoint";
import { encodeBf16 } from "@beyond24/device";

/** Element types of weights that are read. */
export const readableTypes = ["F32", "BF16", "F16"] as const;
/** Element type of weights in a file. */
export type ReadableType = (typeof readableTypes)[number];
/** Element type of weights that are written. */
export type WrittenType = "F32" | "BF16";

/** Values in pieces, in memory that the next piece may take. */
export type ValuePieces = AsyncGenerator<Float32Array<ArrayBuffer>>;

/** Values of a piece of at most so many elements. */
const pieceValues = 1 << 20;

/** Whether weights of an element type can be read. */
export function isReadableType(dtype: string): dtype is ReadableType {
  return readableTypes.some((readable) => readable === dtype);
}

/** The values of a tensor as f32, which holds those of all readable types exactly. */
export async function* readValues(file: TensorFile, name: string): AsyncGenerator<Float32Array<ArrayBuffer>> {
  const dtype = file.header.entries[name]?.dtype ?? "";
  if (!isReadableType(dtype)) throw new TypeError(`Cannot read tensor ${name} as ${dtype || "nothing"} is no float`);
  for await (const { buffer, byteOffset, byteLength } of file.pieces(name)) {
    if (dtype === "F32") yield new Float32Array(buffer, byteOffset, byteLength / 4);
    else if (dtype === "F16") yield new Float32Array(new Float16Array(buffer, byteOffset, byteLength / 2));
    else yield widen(new Uint16Array(buffer, byteOffset, byteLength / 2));
  }
}

/** bf16 is the upper half of f32. */
function widen(halves: Uint16Array): Float32Array<ArrayBuffer> {
  const bits = new Uint32Array(halves.length);
  for (let index = 0; index < halves.length; index++) bits[index] = (halves[index] ?? 0) << 16;
  return new Float32Array(bits.buffer);
}

/** The bytes of values, rounded to nearest, ties to even. */
export async function* encodeValues(
  pieces: Iterable<Float32Array<ArrayBuffer>> | ValuePieces,
  dtype: WrittenType,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for await (const values of pieces) {
    if (dtype === "F32") yield new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    else yield new Uint8Array(encodeBf16(values).buffer);
  }
}

/** All values of a tensor. */
export async function collectValues(pieces: ValuePieces, count: number): Promise<Float32Array<ArrayBuffer>> {
  const values = new Float32Array(count);
  let position = 0;
  for await (const piece of pieces) {
    values.set(piece, position);
    position += piece.length;
  }
  return values;
}

/** The first values of a tensor. */
export async function* firstValues(pieces: ValuePieces, count: number): AsyncGenerator<Float32Array<ArrayBuffer>> {
  let left = count;
  for await (const piece of pieces) {
    if (left === 0) return;
    const own = piece.subarray(0, left);
    left -= own.length;
    yield own;
  }
}

/** A matrix [rows, cols] transposed, piece by piece; it must be in memory as a whole. */
export async function* transposeValues(
  pieces: ValuePieces,
  rows: number,
  cols: number,
): AsyncGenerator<Float32Array<ArrayBuffer>> {
  const matrix = await collectValues(pieces, rows * cols);
  const step = Math.max(1, Math.floor(pieceValues / rows));
  for (let first = 0; first < cols; first += step) yield transposed(matrix, rows, cols, first, step);
}

/** The columns `first` to `first + count` of a matrix as rows. */
function transposed(
  matrix: Float32Array,
  rows: number,
  cols: number,
  first: number,
  count: number,
): Float32Array<ArrayBuffer> {
  const width = Math.min(count, cols - first);
  const out = new Float32Array(width * rows);
  for (let row = 0; row < rows; row++) {
    for (let col = 0; col < width; col++) out[col * rows + row] = matrix[row * cols + first + col] ?? 0;
  }
  return out;
}
