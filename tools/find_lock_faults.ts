/** `npm:` packages in the table under a heading of Markdown. */
function packagesUnder(heading: string, markdown: string): string[] {
  const section = markdown.split(/^## /m).find((text) => text.startsWith(heading)) ?? "";
  const cells = section.split("\n").filter((line) => line.startsWith("| ")).map((line) => line.split("|")[1] ?? "");
  return cells.flatMap((cell) => [...cell.matchAll(/`npm:([^`]+)`/g)].map((match) => match[1] ?? ""));
}

/**
 * Where the lock file and the document of dependencies differ, each as a line of text. Deno fetches all that the lock
 * file holds before the first task runs: what only tools, tests of the page or benchmarks need must not get into it.
 *
 * @param lock Text of `deno.lock`
 * @param document Text of `docs/dependencies.md`
 */
export function findLockFaults(lock: string, document: string): string[] {
  const { specifiers }: { specifiers: Record<string, string> } = JSON.parse(lock);
  const locked = Object.keys(specifiers).filter((specifier) => specifier.startsWith("npm:"))
    .map((specifier) => specifier.slice("npm:".length).replace(/@[^@/]*$/, ""));
  const named = packagesUnder("What `deno.lock` holds", document);
  return [
    ...locked.filter((name) => !named.includes(name)).map((name) =>
      `deno.lock: every user would fetch ${name}; load it without the lock file, or give it a row in ` +
      "docs/dependencies.md"
    ),
    ...named.filter((name) => !locked.includes(name)).map((name) =>
      `docs/dependencies.md: deno.lock does not hold ${name}`
    ),
  ];
}
