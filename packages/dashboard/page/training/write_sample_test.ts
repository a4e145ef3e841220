import { assertEquals } from "@std/assert";
import { drawToken } from "./write_sample.ts";

Deno.test("drawToken gives every token its share", () => {
  const scores = [0, 0, -Infinity, 0];
  assertEquals([0, 0.32, 0.34, 0.65, 0.67, 0.999].map((random) => drawToken(scores, random)), [0, 0, 1, 1, 3, 3]);
});

Deno.test("drawToken prefers high scores, also huge ones", () => {
  assertEquals([0, 0.5, 0.99].map((random) => drawToken([1e30, 0, 1e30 / 2], random)), [0, 0, 0]);
  const draws = Array.from({ length: 100 }, (_, index) => drawToken([2, 0], index / 100));
  // exp(2 / 0.7) to 1 is 0.946 to 0.054.
  assertEquals(draws.filter((token) => token === 0).length, 95);
});
