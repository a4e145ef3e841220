import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { ArenaMemory } from "./arena_memory.ts";

/** Hands out addresses far apart. */
function source() {
  let next = 0n;
  const freed: bigint[] = [];
  return {
    allocate: (_bytes: number) => (next += 2n ** 36n),
    free: (address: bigint) => void freed.push(address),
    freed,
  };
}

type Action = { take: number } | { give: number };

/** Addresses of the requests of one step. */
function runStep(memory: ArenaMemory, actions: readonly Action[]): bigint[] {
  const live: { address: bigint; bytes: number }[] = [];
  const addresses: bigint[] = [];
  for (const action of actions) {
    if ("take" in action) {
      const address = memory.take(action.take);
      const end = address + BigInt(action.take);
      for (const other of live) {
        assertEquals(end <= other.address || address >= other.address + BigInt(other.bytes), true);
      }
      live.push({ address, bytes: action.take });
      addresses.push(address);
    } else if (live.length > 0) {
      const [gone] = live.splice(action.give % live.length, 1);
      if (gone !== undefined) memory.give(gone.address, gone.bytes);
    }
  }
  return addresses;
}

Deno.test("an arena gives the same addresses in every step, also while the first was still growing", () => {
  const action = fc.oneof(
    fc.record({ take: fc.integer({ min: 1, max: 2 ** 26 }) }),
    fc.record({ give: fc.nat(100) }),
  );
  fc.assert(
    fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
      const memory = new ArenaMemory(source());
      const first = runStep(memory, actions);
      const bytes = memory.bytes;
      for (let step = 0; step < 2; step++) {
        memory.reset();
        assertEquals(runStep(memory, actions), first);
        assertEquals(memory.bytes, bytes);
      }
    }),
    { seed: 24 },
  );
});

Deno.test("an arena joins free neighbours", () => {
  const memory = new ArenaMemory(source());
  const addresses = [1024, 1024, 1024].map((bytes) => memory.take(bytes));
  for (const i of [0, 2, 1]) memory.give(addresses[i] ?? 0n, 1024);
  assertEquals(memory.take(3 * 1024), addresses[0]);
});

Deno.test("an arena returns its blocks", () => {
  const blocks = source();
  const memory = new ArenaMemory(blocks);
  memory.take(2 ** 27);
  memory.take(2 ** 27);
  memory.dispose();
  assertEquals(blocks.freed.length, 2);
  assertEquals(memory.bytes, 0);
});

Deno.test("an arena refuses memory that is not its own", () => {
  const memory = new ArenaMemory(source());
  memory.take(16);
  assertThrows(() => memory.give(5n, 16), RangeError);
});
