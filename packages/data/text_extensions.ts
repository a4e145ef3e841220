/**
 * Endings of the files that are read when a folder is given: plain text, documents and source code. A file that is
 * named itself is read whatever its ending.
 */
export const textExtensions: readonly string[] = [
  ".c",
  ".cpp",
  ".css",
  ".cu",
  ".h",
  ".html",
  ".js",
  ".json",
  ".jsonl",
  ".md",
  ".py",
  ".rs",
  ".rst",
  ".text",
  ".ts",
  ".txt",
  ".wgsl",
];
