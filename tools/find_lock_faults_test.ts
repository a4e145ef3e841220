import { assertEquals } from "@std/assert";
import { findLockFaults } from "./find_lock_faults.ts";

const lock = JSON.stringify({
  specifiers: { "jsr:@std/x@1": "1.0.0", "npm:@a/b@~0.2": "0.2.1", "npm:c@1.2.3": "1.2.3" },
});
const document = (rows: string[]) =>
  [
    "# D",
    "## What `deno.lock` holds",
    "| dependency | why |",
    ...rows.map((row) => `| ${row} | x |`),
    "## Else",
    "| `npm:z` | x |",
  ]
    .join("\n");

Deno.test("findLockFaults finds what is locked without a row, and rows of what is not", () => {
  assertEquals(findLockFaults(lock, document(["`npm:@a/b` (MIT)", "`npm:c`", "`jsr:@std/x`"])), []);
  assertEquals(findLockFaults(lock, document(["`npm:@a/b`"])), [
    "deno.lock: every user would fetch c; load it without the lock file, or give it a row in docs/dependencies.md",
  ]);
  assertEquals(findLockFaults(lock, document(["`npm:@a/b`, `npm:c`", "`npm:d`"])), [
    "docs/dependencies.md: deno.lock does not hold d",
  ]);
});
