/** Files whose functions without arguments are no operations. */
const OTHER_FILES: readonly string[] = ["mod", "runtime"];

/**
 * The operations of the sources, by name: exported functions without arguments and result. Their places in the order of
 * the names are the numbers by which the module knows them.
 *
 * @param sources Texts of all files by name, without ending
 * @returns Names with the file that each is in
 * @throws {TypeError} If two functions have the same name
 */
export function operationsOf(sources: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const operations = new Map<string, string>();
  for (const [file, text] of sources) {
    if (OTHER_FILES.includes(file)) continue;
    for (const [, name = ""] of text.matchAll(/^export function (\w+)\(\): void \{$/gm)) {
      const other = operations.get(name);
      if (other === undefined) operations.set(name, file);
      else {throw new TypeError(
          `Cannot build the module as ${name} must be one function: it is in ${other} and ${file}`,
        );}
    }
  }
  return new Map([...operations].sort(([a], [b]) => a < b ? -1 : 1));
}

/** The text of `operation_switch.as`: a function that calls an operation by its number. */
export function operationSwitch(operations: ReadonlyMap<string, string>): string {
  return [
    ...[...operations].map(([name, file]) => `import { ${name} } from "./${file}";`),
    "export function callOperation(operation: i32): void {",
    "  switch (operation) {",
    ...[...operations.keys()].map((name, i) => `    case ${i}: return ${name}();`),
    "  }",
    "}",
    "",
  ].join("\n");
}
