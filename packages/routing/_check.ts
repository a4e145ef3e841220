/** Most experts, and most rows to which a segment is padded: far above any use, so that no size is taken on trust. */
const MOST = 65_536;

/** Throws unless `value` is an integer of at least `minimum`. */
export function checkInteger(value: number, name: string, minimum: number, action: string): void {
  if (Number.isSafeInteger(value) && value >= minimum) return;
  throw new RangeError(
    `Cannot ${action} as ${name} must be an integer >= ${minimum}: current value is ${String(value)}`,
  );
}

/** Throws unless `value` is a number of experts, or of rows that segments are padded to. */
export function checkCount(value: number, name: string, action: string): void {
  checkInteger(value, name, 1, action);
  if (value <= MOST) return;
  throw new RangeError(`Cannot ${action} as ${name} must be at most ${MOST}: current value is ${value}`);
}

/**
 * Throws unless a value is a typed array of the kind, by the name that the array itself has, so that those of other
 * realms are told as well.
 */
export function checkKind(array: unknown, kind: "Float32Array" | "Int32Array", name: string, action: string): void {
  const found = Object.prototype.toString.call(array).slice(8, -1);
  if (ArrayBuffer.isView(array) && found === kind) return;
  const article = kind === "Int32Array" ? "an" : "a";
  throw new TypeError(`Cannot ${action} as ${name} must be ${article} ${kind}: current value is of type ${found}`);
}

/** Throws unless an array is of float32 numbers and has the length that its shape asks for. */
export function checkMatrix(array: Float32Array, rows: number, cols: number, name: string, action: string): void {
  checkKind(array, "Float32Array", name, action);
  if (array.length === rows * cols) return;
  throw new TypeError(
    `Cannot ${action} as ${name} must have ${rows} x ${cols} elements: current value is ${array.length}`,
  );
}
