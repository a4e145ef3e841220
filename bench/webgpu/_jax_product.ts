import type { ProductContestant } from "./_product_workload.ts";

const VERSION = "0.1.25";

interface JaxArray {
  readonly ref: JaxArray;
  data(): Promise<Float32Array>;
}

interface Jax {
  init(backend: string): Promise<string[]>;
  readonly numpy: {
    array(values: Float32Array, options: { shape: number[]; device: string }): JaxArray;
    matmul(a: JaxArray, b: JaxArray): JaxArray;
  };
}

/** Peer: jax-js on its WebGPU back end. An array is used up by what takes it, except through `ref`. */
export const jaxProduct: ProductContestant = async (size, left, right) => {
  const specifier = `npm:@jax-js/jax@${VERSION}`;
  const { init, numpy } = await import(specifier) as unknown as Jax;
  if (!(await init("webgpu")).includes("webgpu")) throw new Error("jax-js has no WebGPU here");
  const options = { shape: [size, size], device: "webgpu" };
  let x = numpy.array(left, options);
  const b = numpy.array(right, options);
  const run = () => {
    x = numpy.matmul(x, b.ref);
  };
  return { name: `jax-js ${VERSION}`, run, finish: async () => Float32Array.from(await x.ref.data()) };
};
