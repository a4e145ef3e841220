import { Tape, writeParameter } from "@beyond24/autograd";
import { createCpuDevice } from "@beyond24/cpu";
import type { Device } from "@beyond24/device";
import {
  createFeedForward,
  denseFeedForward,
  type FeedForward,
  refreshFeedForward,
  sparseFeedForward,
} from "@beyond24/ffn";
import { planRouting, type RouterName, sparsityPlans, trainingPresets } from "@beyond24/recipe";
import { interleave, type Run } from "../harness/measure.ts";
import { packAgain } from "../harness/pack_again.ts";
import { randomValues } from "../harness/random_values.ts";
import { type Row, rowOf } from "../harness/row.ts";
import { zipfTokens, zipfVocabulary } from "../harness/zipf_tokens.ts";

const [FEATURES, NEURONS, TOKENS] = [512, 2048, 4096];
/** V of the presets that train on a CPU: the rows of a cluster are padded to a multiple of it. */
const BLOCK_ROWS = trainingPresets.small.routing.venom.v;
const FORMATS = [{ m: 16, bar: 3 }, { m: 32, bar: 5.5 }] as const;

/** A sparse network: its plan, the V:N:M format with one cluster a token at whose work it is, and who chooses. */
interface Sparse {
  readonly plan: "paper" | "beyond";
  readonly m: number;
  readonly router?: RouterName;
}

const PLANS = [
  { plan: "paper", label: "paper" },
  { plan: "beyond", label: "beyond" },
  { plan: "beyond", router: "probe", label: "beyond with probes" },
  { plan: "beyond", router: "token", label: "beyond by token" },
] as const;

const networks = FORMATS.flatMap(({ m, bar }) =>
  PLANS.map(({ label, ...sparse }) => ({ ...sparse, m, bar, name: `${label}, M = ${m}` }))
);

/** Weights in clusters, so that tokens are routed as in a trained network and not all to one expert. */
function layer(device: Device, sparse?: Sparse): FeedForward {
  const sparsity = sparse && {
    plan: sparsityPlans[sparse.plan],
    ...planRouting(sparse.plan, { v: BLOCK_ROWS, n: 2, m: sparse.m }, NEURONS),
    ...(sparse.router && { router: sparse.router }),
  };
  const sizes = { neurons: NEURONS, features: FEATURES, vocabularySize: zipfVocabulary };
  const result = createFeedForward(device, "ffn", sparsity === undefined ? sizes : { ...sizes, sparsity });
  writeParameter(device, result.wIn, randomValues(NEURONS * FEATURES, 0.05));
  writeParameter(device, result.wOut, randomValues(NEURONS * FEATURES, 0.03, 777));
  refreshFeedForward(device, result);
  return result;
}

/** One forward and backward pass with everything that belongs to it: thresholds, flips, routing, gather, scatter. */
function pass(device: Device, network: FeedForward, x: ReturnType<Device["tensor"]>): Run {
  const arena = device.arena();
  const sparse = network.sparse !== undefined;
  const draw = { key: 1, step: device.tensor([1], "i32") };
  const tokens = device.tensor([TOKENS], "i32");
  device.write(tokens, zipfTokens(TOKENS));
  return () => {
    const gradient = arena.tensor([TOKENS, FEATURES], "f32");
    device.kernels.copy({ x, out: gradient });
    const start = performance.now();
    if (sparse) packAgain(device, network);
    const tape = new Tape(device, arena);
    const input = tape.input(x);
    const output = sparse
      ? sparseFeedForward(tape, input, network, { draw, tokens })
      : denseFeedForward(tape, input, network);
    tape.addGradient(output, gradient);
    tape.backward();
    const elapsed = performance.now() - start;
    arena.reset();
    return elapsed;
  };
}

/** The feed-forward network, forward and backward, all overheads in: sparse against our own dense one, same path. */
export async function compareFeedForward(rounds: number, library: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (const blas of ["off", library]) {
    const device = await createCpuDevice({ blas });
    const path = device.description.replace(/.*?(\d+ threads?), /, "$1, ");
    const x = device.tensor([TOKENS, FEATURES], "f32");
    device.write(x, randomValues(TOKENS * FEATURES, 1));
    const columns: Record<string, Run> = { dense: pass(device, layer(device), x) };
    for (const { name, ...sparse } of networks) columns[name] = pass(device, layer(device, sparse), x);
    const times = await interleave(columns, { rounds });
    for (const { name, bar } of networks) {
      const [sparse, dense] = [times[name], times.dense];
      if (!sparse || !dense) continue;
      const what = `FFN forward + backward, D ${FEATURES}, F ${NEURONS}, ${TOKENS} tokens, plan ${name}`;
      rows.push(rowOf({ what, ours: path, peer: "dense, same path", bar }, sparse, dense));
    }
    device.dispose();
  }
  return rows;
}
