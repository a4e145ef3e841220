/** Throws unless `value` is an integer of at least `minimum`. */
export function checkInteger(value: number, name: string, minimum: number, action: string): void {
  if (Number.isSafeInteger(value) && value >= minimum) return;
  throw new RangeError(`Cannot ${action} as ${name} must be an integer >= ${minimum}: current value is ${value}`);
}

/** Throws unless an array has the length that its shape asks for. */
export function checkLength(length: number, rows: number, cols: number, name: string, action: string): void {
  if (length === rows * cols) return;
  throw new TypeError(`Cannot ${action} as ${name} must have ${rows} x ${cols} elements: current value is ${length}`);
}
