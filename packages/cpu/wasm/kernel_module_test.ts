import { assert, assertEquals, assertThrows } from "@std/assert";
import { DeviceUnavailableError } from "@beyond24/device";
import { compileKernelModule, type KernelExports, PLAIN_SIMD } from "./kernel_module.ts";

const BROKEN = { instructions: "relaxed SIMD", base64: btoa("\0asm and nonsense") } as const;

Deno.test("compileKernelModule falls back to the module that compiles", () => {
  assertEquals(compileKernelModule([BROKEN, PLAIN_SIMD]).instructions, "SIMD");
  assertEquals(compileKernelModule().instructions, "relaxed SIMD");
});

Deno.test("compileKernelModule says what to do when none compiles", () => {
  assertThrows(() => compileKernelModule([BROKEN]), DeviceUnavailableError, "use the reference device");
});

for (const candidates of [undefined, [PLAIN_SIMD]]) {
  const { module, instructions } = compileKernelModule(candidates);
  Deno.test(`e^x is exact to 2e-7 with ${instructions}`, () => {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536, shared: true });
    const instance = new WebAssembly.Instance(module, { env: { memory, sgemm: () => {} } });
    const { exponential } = instance.exports as unknown as KernelExports;
    let worst = 0;
    for (let x = -87.3; x < 88; x += 0.00371) {
      const input = Math.fround(x);
      worst = Math.max(worst, Math.abs(exponential(input) / Math.exp(input) - 1));
    }
    assert(worst < 2e-7, `worst relative error ${worst}`);
    assertEquals([0, -Infinity, -1000, -88].map(exponential), [1, 0, 0, 0]);
    assert(Number.isNaN(exponential(NaN)));
  });
}
