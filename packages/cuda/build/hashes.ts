import { compilerOptions, type Module } from "./modules.ts";

/** Reads a file, given its path from the root of the package. */
export type Read = (path: string) => string;

/** SHA-256 of a text, in hexadecimal. */
export async function hashText(text: string): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))).toHex();
}

/** A source and every header that it includes, directly or not: paths from the root of the package, in order. */
export function sourcesOf(source: string, read: Read): string[] {
  const found = new Set<string>();
  const visit = (path: string) => {
    if (found.has(path)) return;
    found.add(path);
    for (const [, header = ""] of read(path).matchAll(/^\s*#include "([^"]+)"/gm)) visit(resolve(path, header));
  };
  visit(source);
  return [...found].sort();
}

/** Hash of what decides a module's PTX, but for the compiler's version: options, source, headers. */
export async function hashSources({ name, target }: Module, read: Read): Promise<string> {
  const parts = sourcesOf(`${name}.cu`, read).map((path) => `${path}\n${read(path)}`);
  return await hashText([...compilerOptions(target), ...parts].join("\n"));
}

function resolve(path: string, include: string): string {
  return new URL(include, `file:///${path}`).pathname.slice(1);
}
