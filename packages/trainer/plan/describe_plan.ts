import type { RunConfig } from "@beyond24/run";
import { describeSparsity, formatAmount, formatCount, formatLarge, formatPercent } from "@beyond24/run";
import { formatTable } from "../format_table.ts";
import { describeGpus } from "./describe_gpus.ts";
import { formatHours } from "./format_hours.ts";
import { gpuTitle } from "./gpu_title.ts";
import type { ComponentPlan, RunMemory, RunPlan } from "./run_plan.ts";
import { warmUpNotes } from "./warm_up_notes.ts";

/** A plan as tables to read. */
export function describePlan(config: RunConfig, plan: RunPlan): string {
  const { model, train } = config;
  const head =
    `${config.preset}: ${formatAmount(model.layers, "layer")}, d_model ${model.dModel}, d_ffn ${model.dFfn}, ` +
    `${formatAmount(model.heads, "head")} (${model.kvHeads} for keys and values) of ${model.headDim}, ` +
    `vocabulary ${formatCount(model.vocabularySize)}, sequences of ${formatCount(model.sequenceLength)}`;
  return [
    head,
    parameterTable(plan),
    memoryTable(plan, train.batchSize),
    fitText(plan),
    flopTable(plan, train.recompute),
    runTable(config, plan),
    ...warmUpNotes(config.recipe),
    speedupTable(plan),
    ...(plan.gpus === undefined ? [] : [describeGpus(plan.gpus, plan.time.gpu)]),
  ].join("\n\n") + "\n";
}

function parameterTable({ parameters }: RunPlan): string {
  const row = (name: string, count: number) => [name, formatCount(count), formatPercent(count / parameters.total)];
  return formatTable([
    ["Parameters", "", ""],
    row("embedding", parameters.embedding),
    row("attention", parameters.attention),
    row("FFN", parameters.ffn),
    row("norms", parameters.norms),
    row("output head", parameters.lmHead),
    row("total", parameters.total),
  ]);
}

function memoryTable({ memoryFloat32, memoryBfloat16, time: { gpu } }: RunPlan, batchSize: number): string {
  const row = (name: string, key: keyof RunMemory) => [
    name,
    formatLarge(memoryFloat32[key], "B"),
    formatLarge(memoryBfloat16[key], "B"),
  ];
  return formatTable([
    [`Memory, ${formatAmount(batchSize, "sequence")}`, "float32", "bfloat16"],
    row("weights", "weights"),
    row("gradients", "gradients"),
    row("masters (f32 of bf16 weights)", "masters"),
    row("moments", "moments"),
    ...(memoryFloat32.packed > 0 ? [row("packed weights", "packed")] : []),
    ...(memoryFloat32.tables > 0 ? [row("tables of the router", "tables")] : []),
    row("activations", "activations"),
    row(`logits at once (${gpuTitle(gpu)}: 1/32 of its memory)`, "logits"),
    ...(memoryFloat32.twin > 0 ? [row("dense twin", "twin")] : []),
    row("total", "total"),
  ]);
}

/** Whether a run fits, and what to set where it does not. */
function fitText({ fit: { bytes, memoryBytes, changes }, gpus, time }: RunPlan): string {
  const gpu = `${gpus === undefined || gpus.count === 1 ? "one" : "each"} ${gpuTitle(time.gpu)}`;
  const [taken, there] = [formatLarge(bytes, "B"), formatLarge(memoryBytes, "B")];
  if (bytes <= memoryBytes) return `It fits ${gpu}: ${taken} of ${there}, in bfloat16.`;
  const missing = `It does not fit ${gpu}: ${taken} in bfloat16, ${formatLarge(bytes - memoryBytes, "B")} more than ` +
    `its ${there}.`;
  if (changes.length === 0) return `${missing} Only a smaller model would.`;
  return [
    `${missing} It would with`,
    formatTable(changes.map(({ set, bytes }) => [`  ${set}`, formatLarge(bytes, "B")])),
  ].join("\n");
}

function flopTable({ components, total }: RunPlan, recompute: boolean): string {
  const row = (name: string, { denseFlops, sparseFlops, share }: ComponentPlan) => [
    name,
    formatLarge(denseFlops, "FLOP"),
    formatPercent(share),
    formatLarge(sparseFlops, "FLOP"),
  ];
  return formatTable([
    [
      "A token, forward and backward",
      "dense",
      "share",
      `executed in a sparse step${recompute ? ", layers twice" : ""}`,
    ],
    row("FFN", components.ffn),
    row("attention projections", components.attentionProjections),
    row("attention scores", components.attention),
    row("output head", components.lmHead),
    row("router", components.router),
    row("total", total),
  ]);
}

function runTable({ train, sparsity }: RunConfig, plan: RunPlan): string {
  const { denseEquivalentFlops: dense, executedFlops: executed, time } = plan;
  const both = train.baseline ? `, one after the other ${formatHours(time.hours + time.denseHours)}` : "";
  return formatTable([
    ["The run", ""],
    ["steps", `${formatCount(plan.steps)}, of them sparse ${formatCount(plan.sparseSteps)}`],
    ...(plan.sparseSteps > 0 ? [["sparse steps", describeSparsity(sparsity)]] : []),
    ["tokens", `${formatCount(plan.tokens)}, ${plan.tokensPerParameter.toFixed(1)} for each parameter`],
    ...(plan.data ?? []).map(({ path, weight, tokens, epochs }, index, all) => [
      index === 0 ? "data" : "",
      `${all.length > 1 ? `${formatPercent(weight)} ` : ""}${path}: ${formatAmount(tokens, "token")}, ` +
      `${Number(epochs.toPrecision(3))} epochs`,
    ]),
    ["dense-equivalent", formatLarge(dense, "FLOP")],
    ["executed", `${formatLarge(executed, "FLOP")} (${formatPercent(executed / dense)})`],
    [
      `time on one ${gpuTitle(time.gpu)}`,
      `${formatHours(time.hours)}, its dense twin ${formatHours(time.denseHours)}${both}`,
    ],
    [
      "",
      `at ${formatPercent(time.utilization, 0)} of its peak, sparse kernels as fast as the paper's, AdamW included`,
    ],
  ]);
}

function speedupTable({ speedups }: RunPlan): string {
  const times = (value: number) => value === Infinity ? "∞" : `${value.toFixed(2)}×`;
  return formatTable([
    ["Predicted speed-up, when FFN kernels are", "FFN", "sparse step", "run"],
    ...speedups.map(({ kernels, ffn, step, run }) => [kernels, times(ffn), times(step), times(run)]),
  ]);
}
