import type { Tf } from "../peers/matmul_tfjs.ts";
import type { ProductContestant } from "./_product_workload.ts";

const VERSION = "4.22.0";

/** Peer: TensorFlow.js on its WebGPU back end. */
export const tensorflowProduct: ProductContestant = async (size, left, right) => {
  const [core, backend] = [`npm:@tensorflow/tfjs-core@${VERSION}`, `npm:@tensorflow/tfjs-backend-webgpu@${VERSION}`];
  const tf = await import(core) as unknown as Tf;
  await import(backend);
  if (!await tf.setBackend("webgpu")) throw new Error("tfjs has no WebGPU here");
  let x = tf.tensor2d(left, [size, size]);
  const b = tf.tensor2d(right, [size, size]);
  const run = () => {
    const product = tf.matMul(x, b);
    x.dispose();
    x = product;
  };
  return { name: `tfjs ${VERSION}`, run, finish: async () => Float32Array.from(await x.data()) };
};
