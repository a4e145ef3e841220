import { gunzipSync, gzipSync } from "node:zlib";
import { ROOT } from "./units.ts";

/** What is known of something built, as `built/manifest.json` has it. */
export interface ManifestEntry {
  /** Hash of options, sources and headers. */
  readonly sources: string;
  /** Hash of the result. */
  readonly result: string;
}

/** Something built. */
export interface Built extends ManifestEntry {
  /** File of `built/` that holds it. */
  readonly file: string;
  /** What was built: PTX, or shapes. */
  readonly text: string;
  /** How the file holds it. */
  readonly stored: string;
}

const FOLDER = new URL("built/", ROOT);
const MANIFEST = new URL("manifest.json", FOLDER);
const LINE = /^ {2}"([^"]+)": "([^"]+)",?$/gm;

/** What lies in `built/`, by name. */
export function readBuilt(): Map<string, Built> {
  const manifest = readManifest();
  const built = new Map<string, Built>();
  const add = (name: string, file: string, stored: string, text: string) =>
    built.set(name, { sources: "", result: "", ...manifest[name], file, stored, text });
  for (const { name: file } of Deno.readDirSync(FOLDER)) {
    const text = readIfThere(new URL(file, FOLDER));
    if (holdsModules(file)) {
      for (const [, name = "", packed = ""] of text.matchAll(LINE)) add(name, file, packed, unpack(packed));
    } else if (file !== "manifest.json") add(file.replace(/\.json$/, ""), file, text, text);
  }
  return built;
}

/** Writes all that is built, and the manifest: a line for each, so that changes of two can be merged. */
export function writeBuilt(all: ReadonlyMap<string, Built>): void {
  const entries = [...all].sort(([a], [b]) => a < b ? -1 : 1);
  for (const file of new Set(entries.map(([, built]) => built.file))) {
    const own = entries.filter(([, built]) => built.file === file);
    const [[, first] = []] = own;
    const lines = own.map(([name, { stored }]) => [name, stored] as const);
    Deno.writeTextFileSync(new URL(file, FOLDER), holdsModules(file) ? jsonLines(lines) : first?.stored ?? "");
  }
  const manifest = entries.map(([name, { sources, result }]) => [name, { sources, result }] as const);
  Deno.writeTextFileSync(MANIFEST, jsonLines(manifest));
}

/** How a file holds what was built. */
export function store(file: string, text: string): string {
  return holdsModules(file) ? new Uint8Array(gzipSync(text, { level: 9 })).toBase64() : text;
}

/** Those of an instruction set hold its PTX modules, gzipped, in base64. */
function holdsModules(file: string): boolean {
  return file.startsWith("compute_");
}

function jsonLines(entries: readonly (readonly [string, unknown])[]): string {
  const lines = entries.map(([name, value]) => `  "${name}": ${JSON.stringify(value)}`);
  return `{\n${lines.join(",\n")}\n}\n`;
}

/** Nothing of a manifest that a merge has left unreadable: everything is stale then. */
function readManifest(): Record<string, ManifestEntry> {
  try {
    return JSON.parse(readIfThere(MANIFEST) || "{}");
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

function readIfThere(file: URL): string {
  try {
    return Deno.readTextFileSync(file);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}

function unpack(packed: string): string {
  return new TextDecoder().decode(gunzipSync(Uint8Array.fromBase64(packed)));
}
