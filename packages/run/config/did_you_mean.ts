import { distance } from "fastest-levenshtein";

/**
 * The end of a message about a name that there is not.
 *
 * @param name The name
 * @param names Those that there are
 * @returns `. Did you mean train.steps?` when one of them is near, else nothing
 *
 * @example Guess
 * ```ts
 * import { didYouMean } from "@beyond24/run";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(didYouMean("trian", ["train", "plan"]), ". Did you mean train?");
 * assertEquals(didYouMean("xyzzy", ["train", "plan"]), "");
 * ```
 */
export function didYouMean(name: string, names: readonly string[]): string {
  const nearest = nearestName(name, names);
  return nearest === undefined ? "" : `. Did you mean ${nearest}?`;
}

/** The one of `names` that differs least from `name`, if it differs in less than half of its letters. */
function nearestName(name: string, names: readonly string[]): string | undefined {
  const lower = name.toLowerCase();
  // A dotted key whose last part is right is meant, wherever it was looked for.
  const inOtherSection = names.find((other) => other.split(".").at(-1)?.toLowerCase() === lower.split(".").at(-1));
  if (inOtherSection !== undefined) return inOtherSection;
  const ranked = names.map((other) => ({ other, edits: distance(lower, other.toLowerCase()) }));
  const nearest = ranked.sort((a, b) => a.edits - b.edits)[0];
  if (nearest === undefined || nearest.edits > Math.max(2, nearest.other.length / 2)) return undefined;
  return nearest.other;
}
