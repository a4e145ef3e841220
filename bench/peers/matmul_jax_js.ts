/**
 * Peer: f32 product of two 1024 x 1024 matrices with jax-js on its WebAssembly back end, one thread.
 *
 * @module
 */
import { randomValues } from "../harness/random_values.ts";
import { serve } from "./_serve.ts";

const VERSION = "0.1.25";
const N = 1024;

interface JaxArray {
  readonly ref: JaxArray;
  reshape(shape: number[]): JaxArray;
  blockUntilReady(): Promise<JaxArray>;
  dispose(): void;
}

interface Jax {
  init(backend: string): Promise<string[]>;
  defaultDevice(backend: string): void;
  jit(f: (a: JaxArray, b: JaxArray) => JaxArray): (a: JaxArray, b: JaxArray) => JaxArray;
  readonly numpy: { array(values: Float32Array): JaxArray; matmul(a: JaxArray, b: JaxArray): JaxArray };
}

// It takes as many threads as there are cores, and has no other switch.
Object.defineProperty(navigator, "hardwareConcurrency", { value: 1 });

await serve(async () => {
  const specifier = `npm:@jax-js/jax@${VERSION}`;
  const jax = await import(specifier) as unknown as Jax;
  if (!(await jax.init("wasm")).includes("wasm")) throw new Error("jax-js has no WebAssembly back end here");
  jax.defaultDevice("wasm");
  const a = jax.numpy.array(randomValues(N * N, 1)).reshape([N, N]);
  const b = jax.numpy.array(randomValues(N * N, 1)).reshape([N, N]);
  const multiply = jax.jit((x, y) => jax.numpy.matmul(x, y));
  const run = async () => {
    const c = multiply(a.ref, b.ref);
    await c.blockUntilReady();
    c.dispose();
  };
  return { name: `jax-js ${VERSION} WebAssembly`, run };
});
