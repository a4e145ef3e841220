import { modelPresets, type ModelShape } from "@beyond24/recipe";

/** The value of `--name=value`, or the fallback. */
export function option(name: string, fallback: string): string {
  return Deno.args.find((argument) => argument.startsWith(`--${name}=`))?.slice(name.length + 3) ?? fallback;
}

/** The key of a table that `--name=key` chooses. */
export function choice<Key extends string>(name: string, table: Readonly<Record<Key, unknown>>, fallback: Key): Key {
  const value = option(name, fallback);
  const found = (Object.keys(table) as Key[]).find((key) => key === value);
  if (found !== undefined) return found;
  throw new RangeError(
    `Cannot measure as ${name} must be one of ${Object.keys(table).join(", ")}: current value is ${value}`,
  );
}

/** The shape of `--preset`, of which any size can be another one: `--dModel=512`. */
export function shapeOption(fallback: keyof typeof modelPresets): ModelShape {
  const shape = modelPresets[choice("preset", modelPresets, fallback)];
  const sizes = Object.entries(shape).map(([name, size]) => [name, Number(option(name, `${size}`))] as const);
  return { ...shape, ...Object.fromEntries(sizes) };
}

/** One line of JSON on standard output. */
export function print(row: Readonly<Record<string, unknown>>): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${JSON.stringify(row)}\n`));
}

/** Median, fastest and slowest of some times in milliseconds. */
export function median(times: readonly number[]): { medianMilliseconds: number; fastest: number; slowest: number } {
  const sorted = times.toSorted((a, b) => a - b);
  return {
    medianMilliseconds: sorted[sorted.length >> 1] ?? NaN,
    fastest: sorted[0] ?? NaN,
    slowest: sorted.at(-1) ?? NaN,
  };
}
