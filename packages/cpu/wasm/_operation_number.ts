import { OPERATIONS } from "./operations.ts";

/** An operation of the module. */
export type Operation = typeof OPERATIONS[number];

const NUMBERS: ReadonlyMap<string, number> = new Map(OPERATIONS.map((name, index) => [name, index]));

/** The number by which the module knows an operation. */
export function operationNumber(operation: Operation): number {
  return NUMBERS.get(operation) ?? -1;
}
