import type { AdapterIdentity } from "./is_software_adapter.ts";
import { hardwareTiles, TILE_NAMES, type TileChoice } from "./tile_choice.ts";

/** Raised whenever tiles or kernels change so that an older choice says nothing. */
const VERSION = 2;

/** The best tiles of adapters, by {@linkcode adapterKey}: what a file of tuned tiles holds. */
export type TunedTiles = ReadonlyMap<string, TileChoice>;

/**
 * What tells adapters apart: vendor, architecture, device and description.
 *
 * @param info `adapter.info`
 * @returns One line
 *
 * @example A name without a family
 * ```ts
 * import { adapterKey } from "@beyond24/webgpu";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(adapterKey({ vendor: "nvidia", architecture: "hopper" }), "nvidia/hopper//");
 * ```
 */
export function adapterKey({ vendor = "", architecture = "", device = "", description = "" }: AdapterIdentity): string {
  return [vendor, architecture, device, description].join("/");
}

/**
 * Reads the text of a file of tuned tiles.
 *
 * @param text JSON as {@linkcode encodeTunedTiles} writes it
 * @returns Tiles by adapter
 * @throws {SyntaxError} If it is anything else, or was written by another version
 *
 * @example There and back
 * ```ts
 * import { encodeTunedTiles, hardwareTiles, parseTunedTiles } from "@beyond24/webgpu";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * const tuned = new Map([["nvidia/hopper//", hardwareTiles]]);
 * assertEquals(parseTunedTiles(encodeTunedTiles(tuned)), tuned);
 * assertThrows(() => parseTunedTiles("{}"), SyntaxError, "another version");
 * ```
 */
export function parseTunedTiles(text: string): TunedTiles {
  const { version, adapters } = objectOf(parseJson(text), "the file");
  if (version !== VERSION) {
    throw new SyntaxError(
      `Cannot use tuned tiles as another version wrote them (${VERSION} is needed): current value is ${
        JSON.stringify(version)
      }`,
    );
  }
  return new Map(Object.entries(objectOf(adapters, "adapters")).map(([key, choice]) => [key, tileChoice(key, choice)]));
}

/**
 * The text of a file of tuned tiles.
 *
 * @param tuned Tiles by adapter
 * @returns JSON
 *
 * @example Nothing yet
 * ```ts
 * import { encodeTunedTiles } from "@beyond24/webgpu";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(JSON.parse(encodeTunedTiles(new Map())), { version: 2, adapters: {} });
 * ```
 */
export function encodeTunedTiles(tuned: TunedTiles): string {
  return JSON.stringify({ version: VERSION, adapters: Object.fromEntries(tuned) }, null, 2) + "\n";
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SyntaxError(`Cannot use tuned tiles as they are no JSON: ${reason.replaceAll(/\s+/g, " ")}`);
  }
}

function objectOf(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new SyntaxError(
    `Cannot use tuned tiles as ${what} must be an object: current value is ${JSON.stringify(value)}`,
  );
}

function tileChoice(key: string, value: unknown): TileChoice {
  const choice = objectOf(value, `adapter ${key}`);
  const leastWorkgroups = choice["leastWorkgroups"] ?? hardwareTiles.leastWorkgroups;
  if (!Number.isSafeInteger(leastWorkgroups) || Number(leastWorkgroups) < 0) {
    fail(key, "leastWorkgroups", leastWorkgroups);
  }
  return {
    matmul: nameOf(key, choice, "matmul"),
    groupedMatmul: nameOf(key, choice, "groupedMatmul"),
    attention: nameOf(key, choice, "attention"),
    leastWorkgroups: Number(leastWorkgroups),
  };
}

function nameOf<Kind extends keyof typeof TILE_NAMES>(
  key: string,
  choice: Readonly<Record<string, unknown>>,
  kind: Kind,
): TileChoice[Kind] {
  const names: readonly TileChoice[Kind][] = TILE_NAMES[kind];
  return names.find((name) => name === choice[kind]) ?? fail(key, kind, choice[kind]);
}

function fail(key: string, field: string, value: unknown): never {
  throw new SyntaxError(
    `Cannot use tuned tiles as ${field} of adapter ${key} is unknown: current value is ${JSON.stringify(value)}`,
  );
}
