import { assertEquals } from "@std/assert";
import { CudaDevice } from "../cuda_device.ts";
import { RecordingDriver } from "../driver/recording_driver.ts";
import { loadModules } from "../launching/load_modules.ts";
import type { DenseProduct } from "../libraries/dense_products.ts";

Deno.test("a row by large weights goes to the library, as many rows do; a row by small ones takes the plain kernel", async () => {
  const driver = new RecordingDriver();
  const taken: DenseProduct[] = [];
  const products = {
    description: "a library",
    matmul: (product: DenseProduct) => taken.push(product) > 0,
    dispose: () => {},
  };
  const device = new CudaDevice(driver, { products }, await loadModules(driver.properties.computeCapability));
  const multiply = (rows: number, features: number, neurons: number) => {
    const [x, weights] = [device.tensor([rows, features], "bf16"), device.tensor([neurons, features], "bf16")];
    device.kernels.matmul({ a: x, b: weights, transposeB: true, out: device.tensor([rows, neurons], "bf16") });
  };
  multiply(1, 768, 256);
  multiply(512, 64, 256);
  multiply(1, 64, 256);
  assertEquals(taken.map(({ m, n, k }) => [m, n, k]), [[1, 256, 768], [512, 256, 64]]);
  assertEquals(driver.launches.map(({ kernel }) => kernel), ["matmul_bf16_bf16"]);
  device.dispose();
});
