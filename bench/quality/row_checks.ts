import { shown } from "@beyond24/disk/json";
import { parseRecipe, recipeSteps } from "@beyond24/recipe";

/** What the parts of a row must have in common, or be beyond their types. */
interface CheckedRow {
  readonly steps: number;
  readonly recipe: string;
  readonly curve: readonly (readonly [step: number, loss: number])[];
  readonly device: string;
}

/** Dense steps come first, as every time is held against theirs; no spaces, which tables do not read over. */
const recipePattern = /^dense:[1-9]\d*(,(dense|sparse):[1-9]\d*)*$/;

/**
 * Checks what no type of a single value says.
 *
 * @throws {SyntaxError} With a message of one line that can follow "as"
 */
export function checkRow(row: CheckedRow): void {
  checkRecipe(row);
  checkCurve(row);
  checkDevice(row);
}

function checkRecipe({ recipe, steps }: CheckedRow): void {
  if (!recipePattern.test(recipe)) refuse("recipe", "of the form dense:100,sparse:300, dense steps first", recipe);
  const sum = recipeSteps(parseRecipe(recipe));
  if (sum !== steps) refuse("recipe", `of ${steps} steps in all, as its steps say`, `${recipe}, ${sum} steps`);
}

function checkCurve({ curve, steps }: CheckedRow): void {
  if (curve.length === 0) refuse("curve", "of one loss at least", "");
  let before = -1;
  for (const [step] of curve) {
    if (step <= before) refuse("curve", "of steps that ascend", `${step} behind ${before}`);
    before = step;
  }
  if (before > steps) refuse("curve", `of steps up to ${steps}, the last one of its run`, String(before));
}

/** The page names it within a line of a list. */
function checkDevice({ device }: CheckedRow): void {
  if (device.trim() === "" || /[\p{Cc}\p{Zl}\p{Zp}]/u.test(device)) refuse("device", "one line of words", device);
}

function refuse(name: keyof CheckedRow, wanted: string, value: string): never {
  throw new SyntaxError(`its ${name} must be ${wanted}: current value is ${shown(value)}`);
}
