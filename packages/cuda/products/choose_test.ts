import { assertEquals } from "@std/assert";
import shapes from "../built/products.json" with { type: "json" };
import { chooseProduct } from "./choose.ts";
import type { ProductDescription } from "./describe.ts";

const H100 = { computeCapability: 90, multiprocessors: 132 };
const A100 = { computeCapability: 80, multiprocessors: 108 };

/** Tokens times packed weights at the size of the 1B model. */
const PRODUCT: ProductDescription = {
  ...{ kind: "neurons", rows: 16_384, align: 128, experts: 4, neurons: 2048, features: 2048 },
  ...{ sparse: "a", type: "bf16", outType: "bf16", inTiles: true, gathers: false },
};

function chosen(change: Partial<ProductDescription>, gpu = H100): [string, string] {
  const { family, name } = chooseProduct({ ...PRODUCT, ...change }, gpu);
  return [family, name];
}

Deno.test("chooseProduct() takes what a GPU is made for, in whole tiles", () => {
  assertEquals(chosen({}), ["hopper", "weight_product24"]);
  assertEquals(chosen({ sparse: "none" }), ["hopper", "weight_product"]);
  assertEquals(chosen({ kind: "features" }), ["hopper", "activation_product24"]);
  assertEquals(chosen({}, A100), ["ampere", "weight_product24_sm80"]);
  assertEquals(chosen({ kind: "weights", outType: "f32", sparse: "none" }, A100), ["ampere", "weight_gradient_sm80"]);
});

Deno.test("chooseProduct() takes plain kernels for other sizes, types, alignments and operands", () => {
  const plain = ["plain", "grouped_matmul_neurons_bf16_bf16"];
  for (const gpu of [H100, A100]) {
    const changes: Partial<ProductDescription>[] = [{ align: 64 }, { rows: 100 }, { neurons: 20 }, { features: 44 }, {
      inTiles: false,
    }, {
      sparse: "b",
    }];
    for (const change of changes) assertEquals(chosen(change, gpu), plain);
    assertEquals(chosen({ outType: "f32" }, gpu), ["plain", "grouped_matmul_neurons_bf16_f32"]);
    assertEquals(chosen({ type: "f32", inTiles: false }, gpu), ["plain", "grouped_matmul_neurons_f32_bf16"]);
  }
  const small = { rows: 128, neurons: 128, features: 128 };
  assertEquals(chosen(small), ["hopper", "weight_product24"]);
  assertEquals(chosen(small, A100), plain);
});

Deno.test("chooseProduct() lets sparse products of a Hopper gather, and no others", () => {
  const gathers = { gathers: true } as const;
  assertEquals(chosen(gathers), ["hopper, gathering", "gathered_weight_product24"]);
  assertEquals(chosen({ ...gathers, kind: "weights", outType: "f32" })[0], "hopper, gathering");
  assertEquals(chosen({ ...gathers, sparse: "none" }), ["hopper", "weight_product"]);
  assertEquals(chosen(gathers, A100), ["ampere", "weight_product24_sm80"]);
});

Deno.test("chooseProduct() takes the width of gradients whose last round leaves fewer blocks idle", () => {
  const gradient = { kind: "weights", outType: "f32", experts: 1, neurons: 256 } as const;
  // 132 tiles of 192 columns fill the GPU once; of 128 columns 198 would, once and a half.
  assertEquals(chosen({ ...gradient, features: 132 * 192 })[1], "weight_gradient24");
  assertEquals(chosen({ ...gradient, features: 132 * 128 })[1], "weight_gradient24_narrow");
});

Deno.test("chooseProduct() launches the shape that the kernel was built with", () => {
  const { geometry, boxes } = chooseProduct(PRODUCT, H100);
  const { threads, sharedBytes, boxA, boxB } = shapes.weight_product24;
  assertEquals(geometry, { grid: [132, 1, 1], block: [threads, 1, 1], sharedMemory: sharedBytes });
  assertEquals(boxes, { a: boxA, b: boxB });
  const plain = chooseProduct({ ...PRODUCT, align: 4 }, H100);
  assertEquals(plain.geometry, { grid: [32, 256, 4], block: [256, 1, 1] });
});
