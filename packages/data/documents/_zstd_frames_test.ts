import { zstdCompressSync } from "node:zlib";
import { assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import { collect, inChunks } from "./_testing.ts";
import { decompressZstd } from "./_zstd_frames.ts";
import { StreamError } from "./stream_error.ts";

const utf8 = new TextEncoder();
const compress = (bytes: Uint8Array, hasChecksum: boolean) =>
  new Uint8Array(zstdCompressSync(bytes, { params: { [201]: Number(hasChecksum) } }));

Deno.test("decompressZstd reads any number of frames, whatever their chunks", async () => {
  const anyFrames = fc.array(fc.record({ bytes: fc.uint8Array({ maxLength: 500 }), hasChecksum: fc.boolean() }), {
    maxLength: 4,
  });
  await fc.assert(
    fc.asyncProperty(anyFrames, fc.integer({ min: 1, max: 700 }), async (frames, chunk) => {
      const compressed = await collect(
        inChunks(Uint8Array.from(frames.flatMap((f) => [...compress(f.bytes, f.hasChecksum)])), 99),
      );
      const whole = Uint8Array.from(frames.flatMap(({ bytes }) => [...bytes]));
      assertEquals(await collect(decompressZstd(inChunks(compressed, chunk))), whole);
    }),
    { numRuns: 50 },
  );
});

Deno.test("decompressZstd passes skippable frames over", async () => {
  const skippable = Uint8Array.of(0x53, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 7, 7, 7);
  const bytes = Uint8Array.of(...skippable, ...compress(utf8.encode("text"), true), ...skippable);
  assertEquals(await collect(decompressZstd(inChunks(bytes, 5))), utf8.encode("text"));
});

Deno.test("decompressZstd says where a stream ends too early", async () => {
  const compressed = compress(utf8.encode("text ".repeat(100)), true);
  for (let end = 1; end < compressed.length; end++) {
    const cut = () => collect(decompressZstd(inChunks(compressed.subarray(0, end), 1000)));
    await assertRejects(cut, StreamError, `it ends in the middle of a zstd frame, at byte ${end}`);
  }
});

Deno.test("decompressZstd does not pass damaged data off as whole", async () => {
  const text = utf8.encode(Array.from({ length: 3000 }, (_, index) => `line ${index * index % 977}`).join("\n"));
  const compressed = compress(text, true);
  for (let at = 0; at < compressed.length; at += 7) {
    const damaged = compressed.slice();
    damaged[at] = (damaged[at] ?? 0) ^ 0x10;
    const read = await collect(decompressZstd(inChunks(damaged, 1000))).catch((error: unknown) => error);
    if (read instanceof StreamError) continue;
    // A bit of the header may mean nothing, such as one of the window's size.
    assertEquals(read, text);
  }
});

Deno.test("decompressZstd refuses what is not zstd, and windows and dictionaries that it does not take", async () => {
  const read = (...bytes: number[]) => () => collect(decompressZstd(inChunks(Uint8Array.from(bytes), 64)));
  await assertRejects(read(1, 2, 3, 4, 5), StreamError, "it must be zstd: current value is 0x4030201 at byte 0");
  const magic = [0x28, 0xb5, 0x2f, 0xfd];
  await assertRejects(read(...magic, 0, 0xff, 0, 0, 0, 0), StreamError, "a window of at most 128 MiB");
  await assertRejects(read(...magic, 1, 0, 9, 0, 0, 0), StreamError, "needs a dictionary");
  await assertRejects(read(...magic, 8, 0, 0, 0, 0, 0), StreamError, "a reserved bit");
  await assertRejects(read(...magic, 0, 0, 7, 0, 0, 0), StreamError, "not a block");
});
