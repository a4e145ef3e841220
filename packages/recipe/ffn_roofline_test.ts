import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { ffnProductNames } from "./ffn_products.ts";
import { ffnRoofline, h200, rooflineSeconds } from "./ffn_roofline.ts";
import { modelPresets } from "./model_presets.ts";
import { sparsityPlans } from "./sparsity_plans.ts";

const model = modelPresets["llama-7b"];

Deno.test("ffnRoofline of dense products is 2BDF / peak each", () => {
  const roofline = ffnRoofline(model, 16_384, h200);
  for (const product of ffnProductNames) {
    const { flops, bytes, seconds, bound } = roofline[product];
    assertEquals(flops, 2 * 16_384 * 4096 * 16_384);
    assertEquals(bytes, 2 * (16_384 * 4096 + 16_384 * 16_384 + 4096 * 16_384));
    assertEquals(bound, "compute");
    assertAlmostEquals(seconds, flops / 989.5e12);
  }
  assertAlmostEquals(rooflineSeconds(roofline), 6 * roofline.y1.seconds);
});

Deno.test("ffnRoofline of a packed operand counts half the values and one bit of metadata an element", () => {
  const dense = ffnRoofline(model, 1024, h200);
  const sparse = ffnRoofline(model, 1024, h200, { plan: sparsityPlans.w1 });
  assertAlmostEquals(dense.y1.bytes - sparse.y1.bytes, 4096 * 16_384 * (1 - 1 / 8));
  assertEquals(sparse.y3, dense.y3);
});

Deno.test("ffnRoofline of a routed plan reads and writes a quarter of the hidden activations", () => {
  const { y1, y3, dwOut } = ffnRoofline(model, 1024, h200, { plan: sparsityPlans["paper-columns"] });
  const hidden = 1024 * 16_384 / 4;
  const stream = 1024 * 4096 * 2;
  const weights = 4096 * 16_384;
  assertAlmostEquals(y1.bytes, stream + weights * (1 + 1 / 8) + hidden * 2);
  assertAlmostEquals(y3.bytes, stream + weights * 2 + hidden * (1 + 1 / 8));
  assertAlmostEquals(dwOut.bytes, stream + weights * 2 + hidden * 2);
});

Deno.test("ffnRoofline of a router that needs all neurons multiplies and writes all of y1", () => {
  const routed = { plan: sparsityPlans.beyond, router: "energy" } as const;
  const { y1, y3 } = ffnRoofline(model, 1024, h200, routed);
  const hidden = 1024 * 16_384;
  assertEquals(y1.flops, hidden * 4096);
  assertAlmostEquals(y1.bytes, 1024 * 4096 * 2 + 4096 * 16_384 * (1 + 1 / 8) + hidden * 2);
  assertEquals(y3, ffnRoofline(model, 1024, h200, { ...routed, router: "probe" }).y3);
});

Deno.test("ffnRoofline finds small batches memory bound", () => {
  const { y1 } = ffnRoofline(model, 16, h200);
  assertEquals(y1.bound, "memory");
  assertAlmostEquals(y1.seconds, y1.bytes / 4.8e12);
});

Deno.test("ffnRoofline refuses limits that are not above zero", () => {
  assertThrows(() => ffnRoofline(model, 16, { ...h200, flopsPerSecond: 0 }), RangeError, "flopsPerSecond");
  assertThrows(() => ffnRoofline(model, 16, { ...h200, bytesPerSecond: NaN }), RangeError, "bytesPerSecond");
  assertThrows(() => ffnRoofline(model, 16, { ...h200, elementBytes: -2 }), RangeError, "elementBytes");
  assertThrows(() => ffnRoofline(model, 0, h200), RangeError, "tokens");
});
