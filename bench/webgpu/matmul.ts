/**
 * f32 products of 1024 × 1024 on one WebGPU adapter: ours, jax-js and TensorFlow.js, taking turns. Each product takes
 * the result of the one before it, so that nobody can leave one out, and the host reads the last of a batch.
 *
 *     deno run --allow-all --no-lock bench/webgpu/matmul.ts [--tiles=FILE]
 *
 * @module
 */
// deno-lint-ignore-file no-console -- a command prints
import { interleave, type Run } from "../harness/measure.ts";
import { randomValues } from "../harness/random_values.ts";
import { type Row, rowOf, type Skipped } from "../harness/row.ts";
import { table } from "../harness/table.ts";
import { openDevice } from "./_open.ts";
import { jaxProduct } from "./_jax_product.ts";
import { tensorflowProduct } from "./_tensorflow_product.ts";
import type { ProductWorkload } from "./_product_workload.ts";
import { batched } from "./_workload.ts";

const SIZE = 1024;
const WHAT = `f32 product ${SIZE}³`;
const BAR = 1;

async function ours(size: number, left: Float32Array, right: Float32Array): Promise<ProductWorkload> {
  const device = await openDevice();
  let [x, out] = [device.tensor([size, size], "f32"), device.tensor([size, size], "f32")];
  const b = device.tensor([size, size], "f32");
  device.write(x, left);
  device.write(b, right);
  const run = () => {
    device.kernels.matmul({ a: x, b, out });
    [x, out] = [out, x];
  };
  return { name: "beyond24", run, finish: async () => Float32Array.from(await device.read(x)) };
}

function largestDifference(a: Float32Array, b: Float32Array): number {
  return a.reduce((largest, value, i) => Math.max(largest, Math.abs(value - (b[i] ?? NaN))), 0);
}

/** Rows against every peer that runs here. */
export async function compareMatmul(rounds: number): Promise<(Row | Skipped)[]> {
  const left = randomValues(SIZE * SIZE, 1);
  // Products keep the size of their values: every column of the right operand is about one long.
  const right = randomValues(SIZE * SIZE, Math.sqrt(3 / SIZE), 777);
  const columns: Record<string, Run> = {};
  const rows: (Row | Skipped)[] = [];
  let first: Float32Array | undefined;
  for (const contestant of [ours, jaxProduct, tensorflowProduct]) {
    try {
      const workload = await contestant(SIZE, left, right);
      workload.run();
      const result = await workload.finish();
      const difference = largestDifference(first ??= result, result);
      if (!(difference < 1e-4)) throw new Error(`${workload.name} differs by ${difference}`);
      columns[workload.name] = await batched(workload);
    } catch (error) {
      if (contestant === ours) throw error;
      const [reason] = (error instanceof Error ? error.message : String(error)).split("\n");
      rows.push({ what: WHAT, skipped: `${contestant.name}: ${reason}` });
    }
  }
  const times = await interleave(columns, { rounds, warmup: 1 });
  const { beyond24: own } = times;
  if (own === undefined) throw new Error("unreachable: our own column");
  for (const [name, peer] of Object.entries(times)) {
    if (name === "beyond24") continue;
    const rate = `beyond24, ${(2 * SIZE ** 3 / own.median / 1e6).toFixed(0)} GFLOP/s`;
    rows.push(rowOf({ what: WHAT, ours: rate, peer: name, bar: BAR }, own, peer));
  }
  return rows;
}

if (import.meta.main) {
  console.log(table(await compareMatmul(7)));
  Deno.exit();
}
