import { assertAlmostEquals, assertEquals } from "@std/assert";
import { seedCenters } from "./_seed_centers.ts";

Deno.test("seedCenters draws the first center evenly and the next by squared distance", () => {
  const options = { neurons: 3, features: 1, experts: 2 };
  const weights = Float32Array.of(0, 1, 3);
  const firsts = [0, 0, 0];
  let far = 0;
  for (let seed = 0; seed < 3000; seed++) {
    const [first, second] = seedCenters(weights, { ...options, seed });
    const index = weights.indexOf(first ?? NaN);
    firsts[index] = (firsts[index] ?? 0) + 1;
    if (index === 0 && second === 3) far++;
  }
  for (const count of firsts) assertAlmostEquals(count / 3000, 1 / 3, 0.03);
  assertAlmostEquals(far / (firsts[0] ?? NaN), 9 / 10, 0.03);
});

Deno.test("seedCenters never takes a row twice while others differ, and takes equal rows in order", () => {
  for (let seed = 0; seed < 50; seed++) {
    const distinct = seedCenters(Float32Array.of(5, 5, 5, 7), { neurons: 4, features: 1, experts: 2, seed });
    assertEquals([...distinct].sort(), [5, 7]);
    const equal = seedCenters(Float32Array.of(5, 5), { neurons: 2, features: 1, experts: 2, seed });
    assertEquals([...equal], [5, 5]);
  }
});
