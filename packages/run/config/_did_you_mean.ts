import { distance } from "fastest-levenshtein";

/** `. Did you mean "train.steps"?` when one of `names` is near `name`, else nothing. */
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
