/**
 * Times causal attention and its gradients on an NVIDIA GPU, through cuDNN and through the kernels of this project,
 * with device events: median of the rounds, data in the L2 cache as the call before left it. Holds each result of ours
 * against cuDNN's, and a second run of ours against the first. FLOPs are 4 B H S² D / 2 forward and 2.5 times that
 * backward. Prints a table, then JSON lines.
 *
 * Run: `deno run --allow-ffi --allow-read --allow-env bench/cuda/attention.ts [--rounds=10] [--repeatable=true]`
 */
import { createCudaDevice, NativeDriver } from "@beyond24/cuda";
import type { AttentionArguments, AttentionShape, Device, HostArray, Tensor } from "@beyond24/device";
import { randomValues } from "../harness/random_values.ts";
import { option } from "./_command_line.ts";

const SHAPES: readonly AttentionShape[] = [
  { sequences: 2, sequenceLength: 8192, heads: 16, keyValueHeads: 4, headDim: 128 },
  { sequences: 2, sequenceLength: 2048, heads: 16, keyValueHeads: 4, headDim: 128 },
  { sequences: 2, sequenceLength: 8192, heads: 32, keyValueHeads: 8, headDim: 64 },
  { sequences: 2, sequenceLength: 2048, heads: 32, keyValueHeads: 8, headDim: 64 },
  { sequences: 1, sequenceLength: 1999, heads: 8, keyValueHeads: 2, headDim: 96 },
];
const NAMES = ["out", "logSumExp", "dQ", "dK", "dV"] as const;
/** Norm of the difference over the norm: both sides round to bf16 in places of their own. */
const TOLERANCE = { out: 1e-2, logSumExp: 1e-5, dQ: 2e-2, dK: 2e-2, dV: 2e-2 };

interface Opened {
  readonly device: Device;
  readonly driver: NativeDriver;
}

/** Inputs and results of one attention on one device, and the two calls. */
interface Attention {
  readonly tensors: readonly Tensor[];
  readonly results: Readonly<Record<typeof NAMES[number], Tensor>>;
  forward(): void;
  backward(): void;
}

function print(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

async function open(libraries: boolean): Promise<Opened> {
  const driver = new NativeDriver();
  const repeatable = option("repeatable", "true") === "true";
  return { driver, device: await createCudaDevice({ driver, libraries, repeatable }) };
}

function attentionOn(device: Device, shape: AttentionShape, inputs: readonly Float32Array[]): Attention {
  const tokens = shape.sequences * shape.sequenceLength;
  const queries = () => device.tensor([tokens, shape.heads * shape.headDim], "bf16");
  const keys = () => device.tensor([tokens, shape.keyValueHeads * shape.headDim], "bf16");
  const logSumExp = device.tensor([shape.sequences, shape.heads, shape.sequenceLength], "f32");
  const forward: AttentionArguments = { q: queries(), k: keys(), v: keys(), out: queries(), logSumExp, shape };
  const [dOut, dQ, dK, dV] = [queries(), queries(), keys(), keys()];
  [forward.q, forward.k, forward.v, dOut].forEach((tensor, i) => device.write(tensor, inputs[i] ?? new Float32Array()));
  return {
    tensors: [forward.q, forward.k, forward.v, forward.out, logSumExp, dOut, dQ, dK, dV],
    results: { out: forward.out, logSumExp, dQ, dK, dV },
    forward: () => device.kernels.attention(forward),
    backward: () => device.kernels.attentionBackward({ forward, dOut, dQ, dK, dV }),
  };
}

async function medianMilliseconds({ device, driver }: Opened, rounds: number, call: () => void): Promise<number> {
  const [start, end] = [driver.createEvent(), driver.createEvent()];
  const times: number[] = [];
  for (let round = -2; round < rounds; round++) {
    driver.recordEvent(start);
    call();
    driver.recordEvent(end);
    await device.synchronize();
    if (round >= 0) times.push(driver.elapsedMilliseconds(start, end));
  }
  driver.destroyEvent(start);
  driver.destroyEvent(end);
  times.sort((a, b) => a - b);
  return times[times.length >> 1] ?? NaN;
}

async function resultsOf(device: Device, { results }: Attention): Promise<Map<string, HostArray>> {
  const values = new Map<string, HostArray>();
  for (const name of NAMES) values.set(name, await device.read(results[name]));
  return values;
}

function relativeError(actual: HostArray, expected: HostArray): number {
  let [difference, norm] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    difference += ((actual[i] ?? NaN) - (expected[i] ?? NaN)) ** 2;
    norm += (expected[i] ?? NaN) ** 2;
  }
  return Math.sqrt(difference / norm);
}

/** Times and results of one device; the second run overwrites the results of the first. */
async function measure(opened: Opened, shape: AttentionShape, inputs: readonly Float32Array[], rounds: number) {
  const { device } = opened;
  const attention = attentionOn(device, shape, inputs);
  attention.forward();
  attention.backward();
  const results = await resultsOf(device, attention);
  const forward = await medianMilliseconds(opened, rounds, attention.forward);
  const backward = await medianMilliseconds(opened, rounds, attention.backward);
  const again = await resultsOf(device, attention);
  const repeatable = NAMES.every((name) => again.get(name)?.every((value, i) => value === results.get(name)?.[i]));
  for (const tensor of attention.tensors) device.free(tensor);
  return { forward, backward, results, repeatable };
}

function teraflops(shape: AttentionShape, milliseconds: number, factor: number): number {
  const { sequences, heads, sequenceLength, headDim } = shape;
  return factor * 2 * sequences * heads * sequenceLength ** 2 * headDim / milliseconds / 1e9;
}

const rounds = Number(option("rounds", "10"));
const [library, own] = [await open(true), await open(false)];
const hasLibrary = library.device.description.includes(", cuDNN");
print(`${library.device.description}\n`);
if (!hasLibrary) print("cuDNN was not found: its columns are empty, and nothing is compared.\n");
print(
  "| shape | cuDNN forward | own forward | cuDNN backward | own backward | own / cuDNN | largest error | same bits |",
);
print("| --- | --- | --- | --- | --- | --- | --- | --- |");
const records: unknown[] = [];
let failures = 0;
for (const shape of SHAPES) {
  const { sequences: b, sequenceLength: s, heads: h, keyValueHeads: kv, headDim: d } = shape;
  const inputs = [h, kv, kv, h].map((heads, i) => randomValues(b * s * heads * d, Math.sqrt(3), i + 1)); // variance 1
  const theirs = hasLibrary ? await measure(library, shape, inputs, rounds) : undefined;
  const ours = await measure(own, shape, inputs, rounds);
  const errors = NAMES.map((name) => {
    const expected = theirs?.results.get(name);
    return [
      name,
      expected === undefined ? NaN : relativeError(ours.results.get(name) ?? new Float32Array(), expected),
    ] as const;
  });
  const wrong = errors.filter(([name, error]) => theirs !== undefined && !(error < TOLERANCE[name]));
  failures += wrong.length + (ours.repeatable ? 0 : 1);
  const time = (milliseconds: number | undefined, factor: number) =>
    milliseconds === undefined
      ? "-"
      : `${milliseconds.toFixed(3)} ms (${teraflops(shape, milliseconds, factor).toFixed(0)} TFLOP/s)`;
  const ratio = theirs === undefined
    ? "-"
    : `${(ours.forward / theirs.forward).toFixed(2)}, ${(ours.backward / theirs.backward).toFixed(2)}`;
  const worst = Math.max(...errors.filter(([name]) => name !== "logSumExp").map(([, error]) => error));
  const verdict = wrong.length > 0 ? ` WRONG: ${wrong.map(([name, error]) => `${name} ${error}`).join(", ")}` : "";
  print(
    `| B ${b}, S ${s}, ${h}/${kv} heads of ${d} | ${time(theirs?.forward, 1)} | ${time(ours.forward, 1)} | ` +
      `${time(theirs?.backward, 2.5)} | ${time(ours.backward, 2.5)} | ${ratio} | ${
        worst.toExponential(1)
      }${verdict} | ` +
      `${ours.repeatable ? "yes" : "NO"} |`,
  );
  records.push({
    what: "attention",
    ...shape,
    library: theirs && { forwardMilliseconds: theirs.forward, backwardMilliseconds: theirs.backward },
    own: { forwardMilliseconds: ours.forward, backwardMilliseconds: ours.backward, repeatable: ours.repeatable },
    errors: Object.fromEntries(errors),
  });
}
print("");
for (const record of records) print(JSON.stringify(record));
library.device.dispose();
own.device.dispose();
Deno.exit(failures > 0 ? 1 : 0);
