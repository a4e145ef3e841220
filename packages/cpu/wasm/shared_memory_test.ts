import { assert, assertEquals, assertThrows } from "@std/assert";
import { OutOfMemoryError } from "@beyond24/device";
import fc from "fast-check";
import { SharedMemory } from "./shared_memory.ts";

interface Block {
  readonly address: number;
  readonly bytes: number;
}

Deno.test("blocks are aligned, lie inside the memory and never overlap", () => {
  const step = fc.record({ take: fc.boolean(), bytes: fc.nat(5_000_000), index: fc.nat() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const memory = new SharedMemory();
      const blocks: Block[] = [];
      for (const { take, bytes, index } of steps) {
        const [block] = take ? [] : blocks.splice(index % Math.max(1, blocks.length), 1);
        if (block) memory.release(block.address, block.bytes);
        if (!take) continue;
        const address = memory.allocate(bytes);
        assertEquals(address % 64, 0);
        assert(address >= 65536 && address + bytes <= memory.buffer.byteLength);
        for (const other of blocks) {
          const apart = address + bytes <= other.address || other.address + other.bytes <= address;
          assert(apart || bytes === 0 || other.bytes === 0);
        }
        blocks.push({ address, bytes });
      }
    }),
    { numRuns: 30 },
  );
});

Deno.test("freed neighbours merge: what was given back in any order can be taken as one block", () => {
  const memory = new SharedMemory();
  const size = 1 << 20;
  const blocks = Array.from({ length: 16 }, () => memory.allocate(size));
  const length = memory.buffer.byteLength;
  for (const i of [3, 1, 2, 0, 15, 13, 14, 7, 5, 6, 4, 9, 11, 10, 8, 12]) memory.release(blocks[i] ?? 0, size);
  assertEquals(memory.allocate(16 * size), blocks[0]);
  assertEquals(memory.buffer.byteLength, length);
});

Deno.test("more than 4 GiB is refused", () => {
  assertThrows(() => new SharedMemory().allocate(2 ** 32), OutOfMemoryError, "Cannot allocate on the CPU device");
});
