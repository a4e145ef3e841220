import { createHash } from "node:crypto";
import { assertEquals, assertThrows } from "@std/assert";
import { DataError } from "../data_error.ts";
import { DigestSet } from "./digest_set.ts";
import { digestBytes } from "./encode_records.ts";

const digest = (number: number) =>
  new Uint8Array(createHash("sha256").update(String(number)).digest()).subarray(0, digestBytes);

Deno.test("DigestSet knows what was added, however it has grown, up to a limit that it says", () => {
  const set = new DigestSet(30_000);
  for (let number = 0; number < 30_000; number++) assertEquals(set.add(digest(number)), true);
  for (let number = 0; number < 30_000; number += 7) assertEquals(set.add(digest(number)), false);
  assertEquals(set.size, 30_000);
  assertThrows(() => set.add(digest(-1)), DataError, "at most 30000 different documents can be told apart");
});
