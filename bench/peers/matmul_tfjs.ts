/**
 * Peer: f32 product of two 1024 x 1024 matrices with TensorFlow.js on its WebAssembly back end, one thread.
 *
 * @module
 */
import { randomValues } from "../harness/random_values.ts";
import { serve } from "./_serve.ts";

const VERSION = "4.22.0";
const N = 1024;

/** A tensor of TensorFlow.js. */
export interface TfTensor {
  data(): Promise<Float32Array>;
  dispose(): void;
}

/** What is used of TensorFlow.js. */
export interface Tf {
  setBackend(name: string): Promise<boolean>;
  tensor2d(values: Float32Array, shape: [number, number]): TfTensor;
  matMul(a: TfTensor, b: TfTensor): TfTensor;
}

await serve(async () => {
  const core = `npm:@tensorflow/tfjs-core@${VERSION}`;
  const backend = `npm:@tensorflow/tfjs-backend-wasm@${VERSION}`;
  const tf = await import(core) as unknown as Tf;
  const { setThreadsCount } = await import(backend) as { setThreadsCount(count: number): void };
  setThreadsCount(1);
  if (!await tf.setBackend("wasm")) throw new Error("tfjs has no WebAssembly back end here");
  const a = tf.tensor2d(randomValues(N * N, 1), [N, N]);
  const b = tf.tensor2d(randomValues(N * N, 1), [N, N]);
  const run = async () => {
    const c = tf.matMul(a, b);
    await c.data();
    c.dispose();
  };
  return { name: `tfjs ${VERSION} WebAssembly`, run };
});
