import { closest, distance } from "fastest-levenshtein";

/** `. Did you mean "train.steps"?` when one of `names` is near `name`, else nothing. */
export function didYouMean(name: string, names: readonly string[]): string {
  const nearest = nearestName(name, names);
  return nearest === undefined ? "" : `. Did you mean ${nearest}?`;
}

/** The one of `names` that differs least from `name`, if it differs in less than half of its letters. */
function nearestName(name: string, names: readonly string[]): string | undefined {
  if (names.length === 0) return undefined;
  const lower = name.toLowerCase();
  // A dotted key whose last part is right is meant, wherever it was looked for.
  const inOtherSection = names.find((other) => other.split(".").at(-1)?.toLowerCase() === lower.split(".").at(-1));
  if (inOtherSection !== undefined) return inOtherSection;
  const nearest = closest(lower, [...names]);
  return distance(lower, nearest.toLowerCase()) <= Math.max(2, nearest.length / 2) ? nearest : undefined;
}
