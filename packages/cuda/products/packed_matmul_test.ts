// Plain products of a 2:4 matrix at the size of whole tiles: on the sparse kernels, and on the dense product of the
// same numbers.
import { type Device, isPacked24, type MatmulArguments, type Operand, type Tensor } from "@beyond24/device";
import { unpack24 } from "@beyond24/sparse24";
import { assert, assertEquals } from "@std/assert";
import { gpuTest } from "../testing/on_gpu.ts";
import { recordingDevice, relativeError, seededTensor } from "../testing/testing.ts";
import { createCudaDevice } from "../create_cuda_device.ts";

const [TOKENS, NEURONS, FEATURES] = [384, 256, 512];

function packed(device: Device, x: Tensor, axis: "rows" | "cols"): Operand {
  const result = device.packed24(x.shape[0] ?? 0, x.shape[1] ?? 0, axis);
  device.kernels.select24({ x, packed: result });
  return result;
}

/** The three products that have a kernel: y1, y3 and dwIn of a network without a router. */
const CASES: Readonly<Record<string, (device: Device) => MatmulArguments>> = {
  weight_product24: (device) => ({
    a: seededTensor(device, [TOKENS, FEATURES], 1),
    b: packed(device, seededTensor(device, [NEURONS, FEATURES], 2), "cols"),
    transposeB: true,
    out: device.tensor([TOKENS, NEURONS], "bf16"),
  }),
  activation_product24: (device) => ({
    a: packed(device, seededTensor(device, [TOKENS, NEURONS], 3), "cols"),
    b: seededTensor(device, [NEURONS, FEATURES], 4),
    out: device.tensor([TOKENS, FEATURES], "bf16"),
  }),
  weight_gradient24: (device) => ({
    a: packed(device, seededTensor(device, [TOKENS, NEURONS], 5), "rows"),
    transposeA: true,
    b: seededTensor(device, [TOKENS, FEATURES], 6),
    out: device.tensor([NEURONS, FEATURES], "f32"),
  }),
};

/** The operand as a dense tensor. */
async function dense(device: Device, operand: Operand): Promise<Tensor> {
  if (!isPacked24(operand)) return operand;
  const values = unpack24(await device.readPacked24(operand));
  const { rows, cols, axis } = operand;
  const tensor = device.tensor([rows, cols], "bf16");
  device.write(
    tensor,
    axis === "cols" ? values : values.map((_, i) => values[i % cols * rows + Math.floor(i / cols)] ?? NaN),
  );
  return tensor;
}

for (const [kernel, make] of Object.entries(CASES)) {
  Deno.test(`matmul of a 2:4 operand launches ${kernel}`, async () => {
    const { device, driver } = await recordingDevice();
    const args = make(device);
    driver.launches.length = 0;
    device.kernels.matmul(args);
    device.kernels.matmul(args);
    assertEquals(driver.launches.map((launch) => launch.kernel.replace("_narrow", "")), [kernel, kernel]);
    device.dispose();
    assertEquals(driver.allocatedBytes, 0);
  });

  gpuTest(`${kernel}: matmul of a 2:4 operand agrees with the dense product`, async () => {
    const device = await createCudaDevice();
    const args = make(device);
    device.kernels.matmul(args);
    const sparse = await device.read(args.out);
    device.kernels.matmul({ ...args, a: await dense(device, args.a), b: await dense(device, args.b) });
    assert(relativeError(sparse, await device.read(args.out)) < (args.out.dtype === "bf16" ? 5e-3 : 1e-5));
    device.dispose();
  });
}
