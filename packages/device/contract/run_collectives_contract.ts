import type { Collectives } from "../collectives.ts";
import type { Device } from "../device.ts";
import { elementCount, type Tensor } from "../tensor.ts";
import { assertSame } from "./close.ts";
import type { RegisterTest } from "./run_kernel_contract.ts";

/** What {@linkcode runCollectivesContract} needs to know. */
export interface CollectivesContractOptions {
  /** First word of every test name. */
  readonly name: string;
  /** The device of this process. */
  readonly device: Device;
  /** How this process works with the others. */
  readonly collectives: Collectives;
  /** Registers a test with the runner at hand. All ranks must run the tests in the order of their registration. */
  readonly test: RegisterTest;
}

/**
 * Holds collectives against their contract. Run it in every process of a group: ranks that go out of step hang or fail.
 * Values are small integers, whose sums are exact in any order.
 *
 * @example One process
 * ```ts
 * import { soloCollectives } from "@beyond24/device";
 * import { runCollectivesContract } from "@beyond24/device/contract";
 * import { createReferenceDevice } from "@beyond24/cpu";
 *
 * const tests: (() => Promise<void>)[] = [];
 * const device = createReferenceDevice();
 * runCollectivesContract({ name: "solo", device, collectives: soloCollectives, test: (_, run) => tests.push(run) });
 * for (const run of tests) await run();
 * ```
 */
export function runCollectivesContract({ name, device, collectives, test }: CollectivesContractOptions): void {
  const { rank, size } = collectives;
  const length = 6 * size;
  const values = (of: number, seed: number) => Float32Array.from({ length }, (_, i) => (7 * of + 3 * i + seed) % 64);
  const sum = (seed: number) =>
    values(0, seed).map((_, i) => {
      let total = 0;
      for (let of = 0; of < size; of++) total += values(of, seed)[i] ?? NaN;
      return total;
    });
  const part = (of: number) => [6 * of, 6 * (of + 1)] as const;

  const register = (title: string, seeds: readonly number[], run: (tensors: Tensor[]) => Promise<void>) =>
    test(`${name} collectives: ${title}`, async () => {
      const tensors = seeds.map((seed) => {
        const tensor = device.tensor([size, 6], "f32");
        device.write(tensor, values(rank, seed));
        return tensor;
      });
      await run(tensors);
      for (const tensor of tensors) device.free(tensor);
    });

  register("allReduce sums every tensor", [1, 2], async (tensors) => {
    await collectives.allReduce(tensors);
    for (const [i, tensor] of tensors.entries()) assertSame(await device.read(tensor), sum(i + 1), `tensor ${i}`);
  });
  register("reduceScatter sums the part of this rank", [3, 4], async (tensors) => {
    await collectives.reduceScatter(tensors);
    for (const [i, tensor] of tensors.entries()) {
      assertSame((await device.read(tensor)).slice(...part(rank)), sum(i + 3).slice(...part(rank)), `tensor ${i}`);
    }
  });
  register("allGather brings the parts of all ranks together", [5, 6], async (tensors) => {
    await collectives.allGather(tensors);
    for (const [i, tensor] of tensors.entries()) {
      const all = await device.read(tensor);
      for (let of = 0; of < size; of++) {
        assertSame(all.slice(...part(of)), values(of, i + 5).slice(...part(of)), `tensor ${i}, part ${of}`);
      }
    }
  });
  register("broadcast gives all ranks what the last one has", [7], async (tensors) => {
    await collectives.broadcast(tensors, size - 1);
    for (const tensor of tensors) assertSame(await device.read(tensor), values(size - 1, 7), "tensor");
  });
  register("kernels before a call are seen by it, kernels behind it see its result", [8], async ([tensor]) => {
    if (tensor === undefined) throw new Error("The case needs a tensor");
    device.kernels.add({ a: tensor, b: tensor, out: tensor });
    await collectives.allReduce([tensor]);
    device.kernels.add({ a: tensor, b: tensor, out: tensor });
    assertSame(await device.read(tensor), sum(8).map((value) => 4 * value), "tensor");
  });
  test(`${name} collectives: tensors of any size, and none at all`, async () => {
    const shapes = [[1], [5, 7], [4099]];
    const tensors = shapes.map((shape) => {
      const tensor = device.tensor(shape, "f32");
      device.write(tensor, new Float32Array(elementCount(shape)).fill(rank + 1));
      return tensor;
    });
    await collectives.allReduce(tensors);
    await collectives.broadcast(tensors, 0);
    for (const tensor of tensors) {
      const expected = new Array<number>(elementCount(tensor.shape)).fill(size * (size + 1) / 2);
      assertSame(await device.read(tensor), expected, `tensor ${tensor.shape}`);
      device.free(tensor);
    }
    await collectives.allReduce([]);
    await collectives.reduceScatter([]);
    await collectives.allGather([]);
    await collectives.broadcast([], 0);
  });
  test(`${name} collectives: integers and short floats travel unchanged`, async () => {
    for (const dtype of ["i32", device.activationType] as const) {
      const tensor = device.tensor([size, 2], dtype);
      const mine = Array.from({ length: 2 * size }, (_, i) => rank + 2 * i);
      device.write(tensor, dtype === "i32" ? Int32Array.from(mine) : Float32Array.from(mine));
      await collectives.allGather([tensor]);
      const expected = Array.from({ length: 2 * size }, (_, i) => Math.floor(i / 2) + 2 * i);
      assertSame(await device.read(tensor), expected, `${dtype} gathered`);
      await collectives.broadcast([tensor], size - 1);
      assertSame(await device.read(tensor), expected, `${dtype} broadcast`);
      device.free(tensor);
    }
  });
  test(`${name} collectives: sum adds numbers of the host, beyond what f32 holds`, async () => {
    const sums = await collectives.sum([1, 2 ** 40 + rank, 0.5]);
    assertSame(sums, [size, size * 2 ** 40 + size * (size - 1) / 2, size / 2], "sums");
    assertSame(await collectives.sum([]), [], "no sums");
  });
  register("barrier returns", [], () => collectives.barrier());
  const { queue } = collectives;
  if (queue === undefined) return;
  register("a queue works beside kernels, and in every replay of what it was recorded in", [9, 10, 11], async (all) => {
    const [summed, scattered, gathered] = all;
    if (summed === undefined || scattered === undefined || gathered === undefined) throw new Error("It needs three");
    const one = device.tensor([size, 6], "f32");
    device.kernels.fill({ out: one, value: 1 });
    const other = device.tensor([size, 6], "f32");
    for (let round = 0; round < 4; round++) {
      for (const [i, tensor] of all.entries()) device.write(tensor, values(rank, 9 + i));
      device.replay(`${name} queue`, () => {
        for (const tensor of all) device.kernels.add({ a: tensor, b: one, out: tensor });
        queue.allReduce([summed]);
        queue.reduceScatter([scattered]);
        device.kernels.add({ a: one, b: one, out: other }); // beside them
        queue.allGather([gathered]);
        queue.join();
        for (const tensor of all) device.kernels.add({ a: tensor, b: tensor, out: tensor });
      });
      assertSame(await device.read(summed), sum(9).map((value) => 2 * (value + size)), `sum ${round}`);
      const mine = (await device.read(scattered)).slice(...part(rank));
      assertSame(mine, sum(10).slice(...part(rank)).map((value) => 2 * (value + size)), `part ${round}`);
      const whole = await device.read(gathered);
      for (let of = 0; of < size; of++) {
        const theirs = values(of, 11).slice(...part(of)).map((value) => 2 * (value + 1));
        assertSame(whole.slice(...part(of)), theirs, `gathered ${round}, part ${of}`);
      }
      assertSame(await device.read(other), new Float32Array(length).fill(2), `beside ${round}`);
    }
    for (const tensor of [one, other]) device.free(tensor);
  });
}
