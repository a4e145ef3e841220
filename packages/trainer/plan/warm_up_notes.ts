import type { Recipe } from "@beyond24/recipe";

/**
 * What there is to say of a dense warm-up that is as short as can be, as one is that was scaled to a few steps: the
 * neurons are clustered when it ends.
 */
export function warmUpNotes(recipe: Recipe): string[] {
  const [first, second] = recipe.filter(({ steps }) => steps > 0);
  if (first?.phase !== "dense" || first.steps > 1 || second?.phase !== "sparse") return [];
  return [
    "1 dense step comes before the first sparse one, so almost random neurons are clustered: " +
    "more train.steps, or recipe=dense:…, give a longer warm-up",
  ];
}
