import { assertEquals } from "@std/assert";
import { seededRandom } from "@beyond24/routing";
import { largestFirst } from "./_largest_first.ts";

Deno.test("largestFirst gives what sorting gives, equals and all, and leaves the values as they are", () => {
  const random = seededRandom(1);
  for (const count of [0, 1, 2, 3, 10, 257]) {
    const values = Float64Array.from({ length: count }, () => Math.floor(random() * 40));
    const before = values.slice();
    assertEquals([...largestFirst(values)], [...values.toSorted().reverse()]);
    assertEquals(values, before);
  }
});
