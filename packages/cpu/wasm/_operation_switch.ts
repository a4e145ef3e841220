/**
 * The text of `operation_switch.as`: a function that calls an operation by its number. An operation is an exported function
 * without arguments and result, and each is found by its name, so that no list but that of the names is kept by hand.
 *
 * @param operations Names, in the order of their numbers
 * @param sources Texts of all files by name, without ending
 * @throws {TypeError} If an operation has no function, or two
 */
export function operationSwitch(operations: readonly string[], sources: ReadonlyMap<string, string>): string {
  const files = operations.map((operation) => fileOf(operation, sources));
  return [
    ...operations.map((operation, i) => `import { ${operation} } from "./${files[i]}";`),
    "export function callOperation(operation: i32): void {",
    "  switch (operation) {",
    ...operations.map((operation, i) => `    case ${i}: return ${operation}();`),
    "  }",
    "}",
    "",
  ].join("\n");
}

function fileOf(operation: string, sources: ReadonlyMap<string, string>): string {
  const definition = new RegExp(`^export function ${operation}\\(\\): void \\{$`, "m");
  const files = [...sources].filter(([, text]) => definition.test(text)).map(([file]) => file);
  const [file] = files;
  if (file !== undefined && files.length === 1) return file;
  throw new TypeError(
    `Cannot build the module as operation ${operation} must be one exported function without arguments: ` +
      `current value is ${files.length} of them`,
  );
}
