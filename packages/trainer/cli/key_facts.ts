import { configField, defaultValue, describeValues } from "@beyond24/run";
import { type Recipe, trainingPresets } from "@beyond24/recipe";
import { flagName } from "./flag.ts";
import { trainFlags } from "./train_flags.ts";

/** What a resumed run may do with a key. */
const resumeRules = {
  kept: "a run keeps it",
  free: "may be another one, as it changes no number",
  once: "may be another one for this time, as it says where to compute",
  recorded: "may be another one from there on, which is recorded",
} as const;

/** What there is to say about a key besides its meaning: rows of a title and a text. */
export function keyFacts(key: string): [title: string, text: string][] {
  const field = configField(key);
  const flags = Object.entries(trainFlags).flatMap(([name, flag]) =>
    "key" in flag && flag.key === key ? [flagName(name)] : []
  );
  return [
    ["values", describeValues(field)],
    ...(field.unit === undefined ? [] : [["unit", field.unit] as [string, string]]),
    ["default", defaultOf(key)],
    ["flag", [...flags, ...(key === "preset" ? [] : [`--set ${key}=`])].join(" or ")],
    ["on resume", resumeRules[field.resume ?? "kept"]],
  ];
}

/** The default of a key as text: `0.1`, or `2 (tiny), 4 (small), …` where presets differ. */
export function defaultOf(key: string): string {
  const field = configField(key);
  const values = Object.entries(trainingPresets).map(([name, preset]) => ({
    name,
    value: formatValue(defaultValue(field, preset)),
  }));
  const texts = new Set(values.map(({ value }) => value));
  if (texts.size === 1) return values[0]?.value ?? "";
  return values.map(({ name, value }) => `${value} (${name})`).join(", ");
}

function formatValue(value: unknown): string {
  if (!Array.isArray(value)) return String(value);
  return value.length === 0 ? "none" : formatPhases(value);
}

function formatPhases(recipe: Recipe): string {
  return recipe.map(({ phase, steps }) => `${phase}:${steps}`).join(",");
}
