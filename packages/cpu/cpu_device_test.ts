import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { runKernelContract } from "@beyond24/device/contract";
import { BlasError } from "./blas/blas_error.ts";
import { createCpuDevice } from "./cpu_device.ts";

/** Another library for the contract: its path. */
const BLAS = Deno.env.get("BEYOND24_BLAS") ?? "auto";

/**
 * What the contract leaves to a BLAS library: its kernels for the edges of a matrix round otherwise than those inside.
 */
const ROUNDS_BY_PLACE = Object.fromEntries([
  ...["matmul", "groupedMatmulNeurons", "groupedMatmulFeatures"].map((kernel) =>
    `${kernel}: equal rows give equal bits`
  ),
  "attention: equal sequences give equal bits",
].map((name) => [name, "a BLAS library rounds by the place of a row"]));

const CONFIGURATIONS = [
  { name: "cpu wasm, 1 thread", options: { threads: 1, blas: "off" } },
  { name: "cpu wasm, 3 threads", options: { threads: 3, blas: "off" } },
  { name: "cpu, 2 threads, blas if there is one", options: { threads: 2, blas: BLAS }, skip: ROUNDS_BY_PLACE },
];

for (const { name, options, skip = {} } of CONFIGURATIONS) {
  runKernelContract({
    name,
    createDevice: () => createCpuDevice(options),
    test: (title, fn, skipReason) => Deno.test({ name: title, fn, ignore: skipReason !== undefined }),
    skip,
  });
}

Deno.test("createCpuDevice says which path runs", async () => {
  const device = await createCpuDevice({ threads: 2, blas: "off" });
  assertEquals(device.description, "CPU, 2 threads, WebAssembly relaxed SIMD, BLAS off");
  device.dispose();
});

Deno.test({
  name: "createCpuDevice needs no permission, and no BLAS either",
  permissions: "none",
  fn: async () => {
    const device = await createCpuDevice({ threads: 2 });
    assertEquals(device.description, "CPU, 2 threads, WebAssembly relaxed SIMD, no BLAS (needs --allow-ffi)");
    device.dispose();
    await assertRejects(() => createCpuDevice({ blas: "libopenblas.so.0" }), Error, "allowed by --allow-ffi");
  },
});

Deno.test("createCpuDevice refuses numbers of threads that make no sense", async () => {
  for (const threads of [0, -1, 1.5, NaN, 65]) {
    await assertRejects(
      () => createCpuDevice({ threads }),
      RangeError,
      `Cannot create a CPU device as threads must be a whole number from 1 to 64: current value is ${threads}`,
    );
  }
});

Deno.test("createCpuDevice refuses a BLAS path that does not exist", async () => {
  await assertRejects(
    () => createCpuDevice({ blas: "/nowhere/libblas.so" }),
    BlasError,
    "Cannot use a BLAS library as it must exist",
  );
});

Deno.test({
  name: "createCpuDevice refuses a library without the product",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    const error = await assertRejects(() => createCpuDevice({ blas: "libc.so.6" }), Error, "the symbol cblas_sgemm");
    assertMatch(error.message, /current value is libc\.so\.6 \(.*cblas_sgemm/);
  },
});

Deno.test("devices live side by side, and a tensor belongs to one", async () => {
  const [first, second] = [await createCpuDevice({ threads: 2 }), await createCpuDevice({ threads: 1 })];
  const out = first.tensor([3], "f32");
  second.tensor([3], "f32");
  let message = "";
  try {
    second.kernels.fill({ out, value: 1 });
  } catch (error) {
    message = String(error);
  }
  assertMatch(message, /belongs to another device/);
  first.dispose();
  second.dispose();
});

Deno.test("tensors cannot be used once they are freed", async () => {
  const device = await createCpuDevice({ threads: 1, blas: "off" });
  const tensor = device.tensor([3], "f32");
  device.free(tensor);
  let refused = 0;
  for (const use of [() => device.free(tensor), () => device.kernels.fill({ out: tensor, value: 1 })]) {
    try {
      use();
    } catch (error) {
      assert(error instanceof TypeError);
      refused++;
    }
  }
  assertEquals(refused, 2);
  device.dispose();
});
