import manifest from "../deno.json" with { type: "json" };

/** `0.1.0`. */
export const version: string = manifest.version;

/** What `--version` prints. */
export function describeVersion(): string {
  const { deno, v8, typescript } = Deno.version;
  return `beyond24 ${version} (deno ${deno}, v8 ${v8}, typescript ${typescript}, ${Deno.build.target})\n`;
}
