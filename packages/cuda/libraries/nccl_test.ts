import { assertEquals } from "@std/assert";
import { findNccl, formatNcclVersion } from "./nccl.ts";

Deno.test("formatNcclVersion() reads both ways of writing a version", () => {
  assertEquals([22_803, 20_900, 2804].map(formatNcclVersion), ["2.28.3", "2.9.0", "2.8.4"]);
});

Deno.test("findNccl() gives nothing where there is no library, or one that does not open", async () => {
  const folder = await Deno.makeTempDir();
  try {
    assertEquals(findNccl([folder]), undefined);
    await Deno.writeTextFile(`${folder}/libnccl.so.2`, "not a library");
    assertEquals(findNccl([folder]), undefined);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
