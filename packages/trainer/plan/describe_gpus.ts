import { gpuLinks, type GpuName } from "@beyond24/recipe";
import { formatAmount, formatLarge, formatMilliseconds, formatPercent } from "@beyond24/run";
import { formatTable } from "../format_table.ts";
import { type GpusPlan, linkUtilization, type ShardPlan } from "./gpus_plan.ts";
import { formatHours } from "./format_hours.ts";
import { gpuTitle } from "./gpu_title.ts";

/** What a run takes on several GPUs, as a table to read and what it takes for granted. */
export function describeGpus(plan: GpusPlan, gpu: GpuName): string {
  const { count, sequences, none, optimizer } = plan;
  const row = (name: string, of: (plan: ShardPlan) => string) => [name, of(none), of(optimizer)];
  const bytes = (name: string, of: (plan: ShardPlan) => number) => row(name, (plan) => formatLarge(of(plan), "B"));
  const steps = (name: string, of: (plan: ShardPlan) => number | undefined) =>
    of(none) === undefined ? [] : [row(name, (plan) => formatMilliseconds(of(plan) ?? NaN))];
  const table = formatTable([
    [
      `${formatAmount(count, gpuTitle(gpu))}, ${formatAmount(sequences, "sequence")} each`,
      "shard=none",
      "shard=optimizer",
    ],
    bytes("weights (bf16)", ({ memory }) => memory.weights),
    bytes("gradients (f32)", ({ memory }) => memory.gradients),
    bytes("masters (f32)", ({ memory }) => memory.masters),
    bytes("moments (f32)", ({ memory }) => memory.moments),
    ...(none.memory.packed > 0 ? [bytes("packed weights", ({ memory }) => memory.packed)] : []),
    ...(none.memory.tables > 0 ? [bytes("tables of the router", ({ memory }) => memory.tables)] : []),
    bytes("activations", ({ memory }) => memory.activations),
    bytes("logits at once", ({ memory }) => memory.logits),
    ...(none.memory.twin > 0 ? [bytes("dense twin", ({ memory }) => memory.twin)] : []),
    bytes("memory of a GPU", ({ memory }) => memory.total),
    bytes("gradients that a GPU sends a step", ({ communication }) => communication.gradients),
    bytes("weights that a GPU sends a step", ({ communication }) => communication.weights),
    ...steps("dense step, communication hidden", ({ denseStep }) => denseStep.hidden),
    ...steps("dense step, not hidden", ({ denseStep }) => denseStep.exposed),
    ...steps("sparse step, communication hidden", ({ sparseStep }) => sparseStep?.hidden),
    ...steps("sparse step, not hidden", ({ sparseStep }) => sparseStep?.exposed),
    row("the run, communication hidden", ({ run }) => formatHours(run.hidden / 3.6e6)),
    row("the run, not hidden", ({ run }) => formatHours(run.exposed / 3.6e6)),
    row("its dense twin, communication hidden", ({ twin }) => formatHours(twin.hidden / 3.6e6)),
    row("its dense twin, not hidden", ({ twin }) => formatHours(twin.exposed / 3.6e6)),
  ]);
  return [table, ...assumptions(plan, gpu)].join("\n");
}

function assumptions({ count, perMachine, bytesPerSecond }: GpusPlan, gpu: GpuName): string[] {
  const { name, bytesPerSecond: link } = gpuLinks[gpu];
  const speed = `${formatLarge(bytesPerSecond, "B/s")}, ${formatPercent(linkUtilization, 0)} of`;
  return [
    "distributed.shard=none: each of N GPUs has all masters and moments of P parameters, and sends 2·(N−1)/N · 4P bytes",
    "of gradients (all-reduce). optimizer: each has 1/N, and sends (N−1)/N · 4P bytes of gradients (reduce-scatter) and",
    `(N−1)/N · 2P of weights (all-gather). It sends ${speed} ` + (count > perMachine ? "the slower of" : `${name},`),
    ...(count > perMachine
      ? [`${name} (${formatLarge(link, "B/s")}) and the network of the ${perMachine} GPUs of a machine together.`]
      : [`as up to ${perMachine} GPUs are of one machine: the network between machines is not used.`]),
    "Hidden: gradients travel beside the backward pass, weights beside the next forward pass, at no cost to either.",
    "AdamW reads and writes masters, moments, gradients, weights at the memory's speed. Latencies are not counted.",
  ];
}
