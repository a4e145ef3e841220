/**
 * Host time of a training step on WebGPU: from the first write of a step to the return of its one submit, nothing
 * waited for, in a session with the model, plan and batch of a preset. With `--profile` a table of kernels.
 *
 *     deno run --allow-read bench/webgpu/host_time.ts [preset] [--steps=N] [--tiles=FILE] [--profile]
 *
 * @module
 */
// deno-lint-ignore-file no-console -- a command prints
import { type PresetName, sparsityPlans, trainingPresets } from "@beyond24/recipe";
import { TrainingSession } from "@beyond24/session";
import { profileTable } from "@beyond24/device";
import type { WebGpuDevice } from "@beyond24/webgpu";
import { median } from "../harness/measure.ts";
import { openDevice, option } from "./_open.ts";

const WARM_UP = 3;
const BAR = 3;

/** What one kind of step costs the host. */
export interface HostTime {
  /** Preset and kind of step. */
  readonly what: string;
  /** Median milliseconds from the first write to the return of the submit. */
  readonly wall: number;
  /** The least. */
  readonly least: number;
  /** Median milliseconds until the device is done too and the host has read what the step measured. */
  readonly whole: number;
  /** Dispatches of a step. */
  readonly dispatches: number;
  /** Submits of a step. */
  readonly submits: number;
}

/** What the host did in one step. */
interface HandOver {
  readonly wall: number;
  readonly dispatches: number;
  readonly submits: number;
}

/** Notes every step of a device from now on: from its first write to the return of its submit. */
function watchSteps(device: WebGpuDevice): HandOver[] {
  const steps: HandOver[] = [];
  const now = () => ({
    wall: performance.now(),
    dispatches: device.dispatches,
    submits: device.submits,
  });
  const [write, submit] = [device.write.bind(device), device.submit.bind(device)];
  let first: HandOver | undefined;
  device.write = (tensor, values) => {
    first ??= now();
    write(tensor, values);
  };
  device.submit = () => {
    submit();
    if (first === undefined) return; // what reads submit has no writes
    const last = now();
    steps.push({
      wall: last.wall - first.wall,
      dispatches: last.dispatches - first.dispatches,
      submits: last.submits - first.submits,
    });
    first = undefined;
  };
  return steps;
}

/** A session of dense, then as many sparse steps. */
function openSession(device: WebGpuDevice, preset: PresetName, steps: number): TrainingSession {
  const { model: shape, plan, routing, schedule, batchSize } = trainingPresets[preset];
  const config = {
    transformer: { shape, sparsity: { plan: sparsityPlans[plan], ...routing } },
    recipe: [{ phase: "dense", steps }, { phase: "sparse", steps }],
    schedule: { ...schedule, warmupSteps: 0, totalSteps: 2 * steps },
    seed: 1,
    batchSize,
  } as const;
  const tokens = Int32Array.from(
    { length: batchSize * shape.sequenceLength },
    (_, i) => i * 7919 % shape.vocabularySize,
  );
  return new TrainingSession(device, config, () => ({ inputs: tokens, targets: tokens }));
}

function summarize(what: string, handOvers: readonly HandOver[], wholes: readonly number[]): HostTime {
  const walls = handOvers.map(({ wall }) => wall);
  return {
    what,
    wall: median(walls),
    least: Math.min(...walls),
    whole: median(wholes),
    dispatches: handOvers.at(-1)?.dispatches ?? NaN,
    submits: handOvers.at(-1)?.submits ?? NaN,
  };
}

/** Host times of dense and of sparse steps of a preset. */
export async function hostTimes(steps: number, preset: PresetName = "small"): Promise<HostTime[]> {
  const profile = Deno.args.includes("--profile");
  const device = await openDevice({ profile });
  const session = openSession(device, preset, WARM_UP + steps);
  const handOvers = watchSteps(device);
  const times: HostTime[] = [];
  for (const mode of ["dense", "sparse"] as const) {
    const wholes: number[] = [];
    for (let step = 0; step < WARM_UP + steps; step++) {
      if (profile) await device.takeProfile();
      const [measured] = await session.runSteps(Infinity);
      wholes.push(measured?.step_ms ?? NaN);
    }
    times.push(summarize(`${preset}, ${mode} step`, handOvers.slice(-steps), wholes.slice(WARM_UP)));
    if (profile) console.log(profileTable(await device.takeProfile()));
  }
  session.dispose();
  device.dispose();
  return times;
}

/** Host times as a Markdown table. */
export function hostTable(times: readonly HostTime[]): string {
  const lines = [
    "| what | host, median ms | least ms | whole step ms | dispatches | submits | bar |",
    "| --- | ---: | ---: | ---: | ---: | ---: | --- |",
  ];
  for (const { what, wall, least, whole, dispatches, submits } of times) {
    const cells = [what, wall.toFixed(2), least.toFixed(2), whole.toFixed(1), dispatches, submits];
    lines.push(`| ${cells.join(" | ")} | ≤ ${BAR} ms, 1 submit |`);
  }
  return lines.join("\n");
}

if (import.meta.main) {
  const preset = Deno.args.includes("tiny") ? "tiny" : "small";
  console.log(hostTable(await hostTimes(Number(option("steps") ?? 15), preset)));
}
