import type { Unit } from "./units.ts";

/** Reads a file, given its path from the root of the package. */
export type Read = (path: string) => string;

/** SHA-256 of a text, in hexadecimal. */
export async function hashText(text: string): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))).toHex();
}

/** Sources and every header that they include, directly or not: paths from the root of the package, in order. */
export function withHeaders(sources: readonly string[], read: Read): string[] {
  const found = new Set<string>();
  const visit = (path: string) => {
    if (found.has(path)) return;
    found.add(path);
    for (const [, header = ""] of read(path).matchAll(/^\s*#include "([^"]+)"/gm)) visit(resolve(path, header));
  };
  for (const source of sources) visit(source);
  return [...found].sort();
}

/** Hash of what decides the result of a unit, but for the compiler's version: options, sources, headers. */
export async function hashSources({ options, sources }: Unit, read: Read): Promise<string> {
  const parts = withHeaders(sources, read).map((path) => `${path}\n${read(path)}`);
  return await hashText([...options, ...parts].join("\n"));
}

function resolve(path: string, include: string): string {
  return new URL(include, `file:///${path}`).pathname.slice(1);
}
