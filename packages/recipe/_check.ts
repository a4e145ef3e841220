/** Throws unless `value` is an integer of at least `minimum`. */
export function checkInteger(value: number, name: string, minimum: number, action: string): void {
  if (Number.isSafeInteger(value) && value >= minimum) return;
  throw new RangeError(`Cannot ${action} as ${name} must be an integer >= ${minimum}: current value is ${value}`);
}

/** Throws unless `value` is finite and lies in [`minimum`, `maximum`]. */
export function checkNumber(value: number, name: string, minimum: number, maximum: number, action: string): void {
  if (Number.isFinite(value) && value >= minimum && value <= maximum) return;
  const bounds = maximum === Infinity ? `>= ${minimum}` : `between ${minimum} and ${maximum}`;
  throw new RangeError(`Cannot ${action} as ${name} must be a finite number ${bounds}: current value is ${value}`);
}

/** Throws unless `value` is finite and above zero. */
export function checkPositive(value: number, name: string, action: string): void {
  if (Number.isFinite(value) && value > 0) return;
  throw new RangeError(`Cannot ${action} as ${name} must be a finite number > 0: current value is ${value}`);
}
