import { BlockPool } from "@beyond24/device";
import { assertEquals, assertThrows } from "@std/assert";

interface Block {
  readonly number: number;
}

/** A pool, and what makes blocks that count. */
function counting(): { pool: BlockPool<Block>; take: (kind: number) => Block } {
  let made = 0;
  const pool = new BlockPool<Block>();
  return { pool, take: (kind) => pool.take(kind, () => ({ number: made++ })) };
}

Deno.test("the block that was given back last is taken first, and only by its kind", () => {
  const { pool, take } = counting();
  const [first, second] = [take(8), take(8)];
  pool.recycle(first);
  pool.recycle(second);
  assertEquals(take(16).number, 2);
  assertEquals(take(8), second);
  assertEquals(take(8), first);
});

Deno.test("after a reset the same requests get the same blocks, whatever was recycled", () => {
  const { pool, take } = counting();
  const step = () => {
    const [first, second] = [take(8), take(8)];
    pool.recycle(first);
    return [first, second, take(8), take(16)].map(({ number }) => number);
  };
  const numbers = step();
  pool.reset();
  assertEquals(step(), numbers);
});

Deno.test("a block is recycled once, and never one of another pool", () => {
  const { pool, take } = counting();
  const block = take(8);
  pool.recycle(block);
  assertThrows(() => pool.recycle(block), TypeError, "not in use in this arena");
  assertThrows(() => counting().pool.recycle(block), TypeError, "not in use in this arena");
});

Deno.test("what a step has not used is dropped when it is asked for, and kept else", () => {
  const { pool, take } = counting();
  const dropped: Block[] = [];
  const [first, second] = [take(8), take(16)];
  pool.reset((block) => dropped.push(block));
  take(16);
  pool.reset();
  assertEquals(pool.blocks, [first, second]);
  take(16);
  pool.reset((block) => dropped.push(block));
  assertEquals([dropped, pool.blocks], [[first], [second]]);
});
