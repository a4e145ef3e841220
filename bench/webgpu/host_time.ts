/**
 * Host time of a training step on WebGPU: from the first write of a step to the return of its one submit, nothing waited
 * for. Processor time is that of the thread that encodes (Linux, and `--allow-all` to read it). With `--profile` a table of
 * kernels.
 *
 *     deno run --allow-all bench/webgpu/host_time.ts [preset] [--steps=N] [--tiles=FILE] [--profile]
 *
 * @module
 */
// deno-lint-ignore-file no-console -- a command prints
import type { Arena } from "@beyond24/device";
import { AdamW } from "@beyond24/optimizer";
import { modelPresets, sparsityPlans } from "@beyond24/recipe";
import {
  clusterTransformer,
  createTransformer,
  forwardBackward,
  type TokenBatch,
  type Transformer,
  transformerParameters,
} from "@beyond24/transformer";
import { profileTable, type WebGpuDevice } from "@beyond24/webgpu";
import { median } from "../harness/measure.ts";
import { openDevice, option } from "./_open.ts";

const [WARM_UP, SEQUENCES] = [3, 4];
const BAR = 3;

/** What one kind of step costs the host. */
export interface HostTime {
  /** Preset and kind of step. */
  readonly what: string;
  /** Median milliseconds from the first write to the return of the submit. */
  readonly wall: number;
  /** The least. */
  readonly least: number;
  /** Median milliseconds of processor time of the thread; NaN where it cannot be read. */
  readonly cpu: number;
  /** Median milliseconds until the device is done too. */
  readonly whole: number;
  /** Dispatches and submits of a step. */
  readonly dispatches: number;
  /** Submits of a step. */
  readonly submits: number;
}

/** Nanoseconds that the first thread of this process has run. */
function threadTime(): number {
  try {
    return Number(Deno.readTextFileSync("/proc/self/schedstat").split(" ")[0]);
  } catch {
    return NaN;
  }
}

/** A model that is trained on the same tokens again and again. */
class Training {
  readonly arena: Arena;
  readonly optimizer: AdamW;
  readonly batch: TokenBatch;
  readonly values: Int32Array;

  constructor(readonly device: WebGpuDevice, readonly model: Transformer, vocabulary: number, length: number) {
    this.arena = device.arena();
    this.optimizer = new AdamW(device, transformerParameters(model));
    const shape = [SEQUENCES, length];
    this.batch = { tokens: device.tensor(shape, "i32"), targets: device.tensor(shape, "i32") };
    this.values = Int32Array.from({ length: SEQUENCES * length }, (_, i) => i * 7919 % vocabulary);
  }

  /** Writes, encodes and submits one step. */
  step(mode: "dense" | "sparse"): void {
    this.device.write(this.batch.tokens, this.values);
    this.device.write(this.batch.targets, this.values);
    this.optimizer.prepare(1e-3);
    this.device.replay(mode, () => {
      forwardBackward(this.model, this.batch, { mode, arena: this.arena });
      this.optimizer.step();
      this.arena.reset();
    });
    this.device.submit();
  }
}

async function measureMode(
  training: Training,
  mode: "dense" | "sparse",
  what: string,
  steps: number,
): Promise<HostTime> {
  const { device } = training;
  const [walls, cpus, wholes]: number[][] = [[], [], []];
  let [dispatches, submits] = [0, 0];
  for (let step = -WARM_UP; step < steps; step++) {
    [dispatches, submits] = [device.dispatches, device.submits];
    const [start, startCpu] = [performance.now(), threadTime()];
    training.step(mode);
    const [wall, cpu] = [performance.now() - start, (threadTime() - startCpu) / 1e6];
    [dispatches, submits] = [device.dispatches - dispatches, device.submits - submits];
    await device.synchronize();
    if (step < 0) continue;
    walls?.push(wall);
    cpus?.push(cpu);
    wholes?.push(performance.now() - start);
  }
  return {
    what: `${what}, ${mode} step`,
    wall: median(walls ?? []),
    least: Math.min(...walls ?? []),
    cpu: median(cpus ?? []),
    whole: median(wholes ?? []),
    dispatches,
    submits,
  };
}

/** Host times of dense and of sparse steps of a preset. */
export async function hostTimes(steps: number, preset: "tiny" | "small" = "small"): Promise<HostTime[]> {
  const profile = Deno.args.includes("--profile");
  const device = await openDevice({ profile });
  const shape = modelPresets[preset];
  const sparsity = { plan: sparsityPlans.paper, venom: { v: 64, n: 2, m: 16 } } as const;
  const model = createTransformer(device, { shape, sparsity }, 1);
  const training = new Training(device, model, shape.vocabularySize, shape.sequenceLength);
  const times: HostTime[] = [];
  for (const mode of ["dense", "sparse"] as const) {
    if (mode === "sparse") await clusterTransformer(model, { seed: 1 });
    times.push(await measureMode(training, mode, preset, steps));
    if (!profile) continue;
    await device.takeProfile();
    training.step(mode);
    console.log(profileTable(await device.takeProfile()));
  }
  device.dispose();
  return times;
}

/** Host times as a Markdown table. */
export function hostTable(times: readonly HostTime[]): string {
  const lines = [
    "| what | host, median ms | least ms | processor, median ms | whole step ms | dispatches | submits | bar |",
    "| --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |",
  ];
  for (const { what, wall, least, cpu, whole, dispatches, submits } of times) {
    const cells = [what, wall.toFixed(2), least.toFixed(2), cpu.toFixed(2), whole.toFixed(1), dispatches, submits];
    lines.push(`| ${cells.join(" | ")} | ≤ ${BAR} ms, 1 submit |`);
  }
  return lines.join("\n");
}

if (import.meta.main) {
  const preset = Deno.args.includes("tiny") ? "tiny" : "small";
  console.log(hostTable(await hostTimes(Number(option("steps") ?? 15), preset)));
}
