import { assertEquals } from "@std/assert";
import { assignGreedily } from "./_assign_greedily.ts";

Deno.test("assignGreedily lets those choose first who lose most by their second choice", () => {
  const costs = Float64Array.of(0, 1, 0, 10, 0, 5, 3, 4);
  assertEquals(assignGreedily(costs, 4, 2), Int32Array.of(1, 0, 0, 1));
});

Deno.test("assignGreedily lets the rest choose again when a cluster is full", () => {
  const costs = Float64Array.of(0, 2, 9, 0, 5, 6, 0, 1, 2);
  assertEquals(assignGreedily(costs, 3, 3), Int32Array.of(1, 0, 2));
});

Deno.test("assignGreedily gives ties to the lowest neuron and cluster", () => {
  assertEquals(assignGreedily(new Float64Array(8), 4, 2), Int32Array.of(0, 0, 1, 1));
});
