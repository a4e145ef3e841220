import { assert, assertEquals } from "@std/assert";
import { Random } from "./random.ts";

Deno.test("Random gives the same numbers for the same seed", () => {
  assertEquals(new Random(7).uniform(100), new Random(7).uniform(100));
  assert(new Random(7).next() !== new Random(8).next());
});

Deno.test("Random.shuffled() has every number once, not in order", () => {
  const order = new Random(3).shuffled(50);
  assertEquals(order.toSorted(), Int32Array.from({ length: 50 }, (_, i) => i));
  assert(order.some((value, i) => value !== i));
});

Deno.test("Random.uniform() is centred and fills [-1, 1)", () => {
  const values = new Random(1).uniform(10000);
  assert(values.every((value) => value >= -1 && value <= 1));
  assert(Math.abs(values.reduce((sum, value) => sum + value, 0) / 10000) < 0.02);
  assert(Math.min(...values) < -0.99 && Math.max(...values) > 0.99);
});

Deno.test("Random.quarters() has both zeros and the ends", () => {
  const values = [...new Random(1).quarters(1000)];
  for (const value of [-1, -0.25, 0, -0, 1]) assert(values.some((candidate) => Object.is(candidate, value)));
  assert(values.every((value) => Number.isInteger(4 * value) && Math.abs(value) <= 1));
});
