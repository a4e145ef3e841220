/**
 * The sparse feed-forward network against the dense one on the same WebGPU adapter: forward and backward pass,
 * clustering means, packing of weights, routing, sorting, gathering and scattering included. With `--profile` a table
 * of kernels.
 *
 *     deno run --allow-read bench/webgpu/feed_forward.ts [experts...] [--tiles=FILE] [--profile]
 *
 * @module
 */
// deno-lint-ignore-file no-console -- a command prints
import { Tape, writeParameter } from "@beyond24/autograd";
import { profileTable, type Tensor } from "@beyond24/device";
import {
  createFeedForward,
  denseFeedForward,
  type FeedForward,
  refreshFeedForward,
  sparseFeedForward,
} from "@beyond24/ffn";
import { sparsityPlans } from "@beyond24/recipe";
import type { WebGpuDevice } from "@beyond24/webgpu";
import { interleave } from "../harness/measure.ts";
import { packAgain } from "../harness/pack_again.ts";
import { randomValues } from "../harness/random_values.ts";
import { type Row, rowOf } from "../harness/row.ts";
import { table } from "../harness/table.ts";
import { openDevice } from "./_open.ts";
import { batched, type Workload } from "./_workload.ts";

const [TOKENS, FEATURES, NEURONS] = [4096, 512, 2048];
const BARS: Readonly<Record<number, number>> = { 4: 3, 8: 5.5 };

function layerOf(device: WebGpuDevice, experts: number): FeedForward {
  const sparsity = { plan: sparsityPlans.paper, venom: { v: 64, n: 2, m: 4 * experts } } as const;
  const layer = createFeedForward(device, "mlp", { neurons: NEURONS, features: FEATURES, sparsity });
  writeParameter(device, layer.wIn, randomValues(NEURONS * FEATURES, 0.05));
  writeParameter(device, layer.wOut, randomValues(NEURONS * FEATURES, 0.05, 777));
  refreshFeedForward(device, layer);
  return layer;
}

function workload(
  device: WebGpuDevice,
  layer: FeedForward,
  { x, gradient, mode }: { x: Tensor; gradient: Tensor; mode: "dense" | "sparse" },
): Workload {
  const arena = device.arena();
  const step = () => {
    if (mode === "sparse") packAgain(device, layer);
    const tape = new Tape(device, arena);
    const input = tape.input(x);
    const output = (mode === "dense" ? denseFeedForward : sparseFeedForward)(tape, input, layer);
    const copy = tape.tensor(gradient.shape);
    device.kernels.copy({ x: gradient, out: copy });
    tape.addGradient(output, copy);
    tape.backward();
    arena.reset();
  };
  const name = `${mode} ${layer.sparse?.sizes.experts}`;
  const run = () => {
    device.replay(name, step);
    device.submit();
  };
  return { name, run, finish: () => device.synchronize() };
}

/** Both networks on one device, with the same weights and tokens. */
function pairOf(device: WebGpuDevice, experts: number): { dense: Workload; sparse: Workload } {
  const layer = layerOf(device, experts);
  const [x, gradient] = [device.tensor([TOKENS, FEATURES], "f32"), device.tensor([TOKENS, FEATURES], "f32")];
  device.write(x, randomValues(TOKENS * FEATURES, 1));
  device.write(gradient, randomValues(TOKENS * FEATURES, 1, 99));
  return {
    dense: workload(device, layer, { x, gradient, mode: "dense" }),
    sparse: workload(device, layer, { x, gradient, mode: "sparse" }),
  };
}

/** A row for every number of experts. */
export async function compareFeedForward(rounds: number, experts: readonly number[] = [4, 8]): Promise<Row[]> {
  const rows: Row[] = [];
  for (const count of experts) {
    const device = await openDevice();
    const pair = pairOf(device, count);
    const columns = { dense: await batched(pair.dense), sparse: await batched(pair.sparse) };
    const { dense, sparse } = await interleave(columns, { rounds, warmup: 1 });
    const what = `FFN forward + backward, D ${FEATURES}, F ${NEURONS}, ${TOKENS} tokens, E = ${count}, overheads in`;
    rows.push(rowOf({ what, ours: "sparse", peer: "our dense FFN", bar: BARS[count] ?? count }, sparse, dense));
    device.dispose();
  }
  return rows;
}

async function printProfile(experts: number): Promise<void> {
  const device = await openDevice({ profile: true });
  const { dense, sparse } = pairOf(device, experts);
  for (const { name, run } of [dense, sparse]) {
    run();
    await device.takeProfile();
    run();
    console.log(name + "\n" + profileTable(await device.takeProfile()));
  }
  device.dispose();
}

if (import.meta.main) {
  const named = Deno.args.filter((argument) => /^\d+$/.test(argument)).map(Number);
  const experts = named.length > 0 ? named : [4, 8];
  if (Deno.args.includes("--profile")) { for (const count of experts) await printProfile(count); }
  else console.log(table(await compareFeedForward(5, experts)));
}
