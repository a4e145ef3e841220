/** Stands for a number that JSON can write and no double can hold. */
const tooLarge = "1e400";

/** Values that are of the wrong type nearly everywhere, or of the right one and out of all bounds. */
const strange: readonly string[] = [
  "null",
  "true",
  "0",
  "-1",
  "1.5",
  "9007199254740993",
  "-1e308",
  `"${tooLarge}"`,
  '""',
  '"text"',
  '"<b>\\n\\u0000&amp;"',
  "[]",
  "[[]]",
  "[null]",
  "{}",
  '{"length": 3}',
  '{"__proto__": {"steps": 1}, "constructor": null}',
];

/**
 * A copy of a value of JSON in which one to three places, chosen at random, hold something strange, are gone or stand
 * twice.
 *
 * @param value The value
 * @param random Gives numbers in [0, 1)
 * @returns The text of the changed value
 *
 * @example Change a file
 * ```ts
 * import { mutateJson } from "@beyond24/disk/testing";
 * import { assertNotEquals } from "@std/assert";
 *
 * assertNotEquals(JSON.parse(mutateJson({ steps: 3 }, () => 0)), { steps: 3 });
 * ```
 */
export function mutateJson(value: unknown, random: () => number): string {
  const root: Record<string, unknown> = { value: structuredClone(value) };
  const changes = 1 + Math.floor(3 * random());
  for (let change = 0; change < changes && "value" in root; change++) changePlace(pick(placesIn(root), random), random);
  return (JSON.stringify(root["value"]) ?? "").replaceAll(`"${tooLarge}"`, tooLarge);
}

interface Place {
  readonly parent: Record<string, unknown>;
  readonly key: string;
}

function placesIn(parent: Record<string, unknown>): Place[] {
  return Object.entries(parent).flatMap(([key, value]) => [
    { parent, key },
    ...(isTree(value) ? placesIn(value) : []),
  ]);
}

function isTree(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function changePlace({ parent, key }: Place, random: () => number): void {
  const kind = random();
  if (kind < 0.75) parent[key] = JSON.parse(pick(strange, random));
  else if (kind < 0.9 && Array.isArray(parent)) parent.push(parent[Number(key)]);
  else if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else delete parent[key];
}

function pick<Item>(items: readonly Item[], random: () => number): Item {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new RangeError("Cannot pick as there is nothing to pick from");
  return item;
}
