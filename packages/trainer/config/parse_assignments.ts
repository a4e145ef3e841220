import { configFields, type ConfigValues, olderValues, parseValue, UsageError } from "@beyond24/run";

/**
 * Reads what `--set` was given. A later assignment to the same key wins.
 *
 * @param assignments Texts such as `train.steps=200`
 * @returns Values by dotted key; they are checked when they are applied
 * @throws {UsageError} If a text has no `=`
 *
 * @example Read assignments
 * ```ts
 * import { parseAssignments } from "@beyond24/trainer";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseAssignments(["train.steps=200", "sparsity.plan=w1"]), { "train.steps": 200, "sparsity.plan": "w1" });
 * ```
 */
export function parseAssignments(assignments: readonly string[]): ConfigValues {
  // Assigned one by one, a key "__proto__" would be lost without a word.
  return Object.fromEntries(assignments.map((assignment) => {
    const split = assignment.indexOf("=");
    if (split < 1) {
      throw new UsageError(`Cannot read --set as it must have the form key=value: current value is ${assignment}`);
    }
    const key = assignment.slice(0, split).trim();
    const text = assignment.slice(split + 1).trim();
    const field = configFields.get(key) ?? olderValues(key);
    return [key, field === undefined ? text : parseValue(field, text)];
  }));
}
