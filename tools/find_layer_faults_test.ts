import { assertEquals } from "@std/assert";
import { findLayerFaults, findMissingPackages } from "./find_layer_faults.ts";
import { LAYERS } from "./layers.ts";

Deno.test("findLayerFaults lets a floor import the floors below", () => {
  const source = `import type { Tensor } from "@beyond24/device";\nexport * from "./tape.ts";`;
  assertEquals(findLayerFaults("packages/autograd/mod.ts", source), []);
});

Deno.test("findLayerFaults reports upward, sideways, dynamic and relative imports", () => {
  const source = `import { a } from "@beyond24/trainer";
    const b = await import("@beyond24/webgpu");
    export { c } from "../../cuda/mod.ts";`;
  assertEquals(findLayerFaults("packages/cpu/wasm/x.ts", source), [
    `packages/cpu/wasm/x.ts: "cpu" may not import "trainer" (@beyond24/trainer)`,
    `packages/cpu/wasm/x.ts: "cpu" may not import "webgpu" (@beyond24/webgpu)`,
    `packages/cpu/wasm/x.ts: "cpu" may not import "cuda" (../../cuda/mod.ts)`,
  ]);
});

Deno.test("findLayerFaults ignores examples in comments, tests and benchmarks", () => {
  const source = `/**\n * import { x } from "@beyond24/trainer";\n */\n// import "@beyond24/cuda"\n`;
  assertEquals(findLayerFaults("packages/cpu/mod.ts", source), []);
  assertEquals(findLayerFaults("packages/ffn/ffn_test.ts", `import "@beyond24/cpu";`), []);
  assertEquals(findLayerFaults("packages/ffn/_testing.ts", `import "@beyond24/cpu";`), []);
});

Deno.test("findLayerFaults refuses a package without a floor", () => {
  assertEquals(findLayerFaults("packages/new/mod.ts", ""), [
    `packages/new/mod.ts: package "new" has no place in tools/layers.ts`,
  ]);
});

Deno.test("findMissingPackages tells names that stand for no package", () => {
  const packages = new Set(Object.keys(LAYERS));
  assertEquals(findMissingPackages(packages), []);
  packages.delete("sparse24");
  assertEquals(findMissingPackages(packages), [
    'tools/layers.ts: there is no package "sparse24"; name it when it is made',
  ]);
});
