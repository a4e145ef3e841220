import { venomExperts } from "@beyond24/recipe";
import { hasSparseSteps } from "@beyond24/run";
import { formatCount, formatDuration, formatLoss, formatMilliseconds } from "../format.ts";
import { escapeHtml, factTable, htmlTable } from "./_html.ts";
import type { ReportData } from "./report_html.ts";

/** Tables: phases, comparison with the twin, facts, the whole configuration. */
export function summarySections(data: ReportData): string {
  const { config, summary } = data;
  return `<section><h2>Phases</h2>
${phaseTable(data)}
</section>
<section><h2>Summary</h2>
${factTable(facts(data))}
</section>
<section><details><summary>Configuration</summary>
<pre>${escapeHtml(JSON.stringify(config, null, 2))}</pre>
</details></section>
${summary.baseline === undefined ? "" : baselineNote}`;
}

const baselineNote =
  "<p>The dense twin began with the same weights and saw the same batches; both took turns of ten steps on the same machine.</p>";

function phaseTable({ summary }: ReportData): string {
  const { baseline } = summary;
  const head = ["phase", "steps", "mean step", "median step", ...(baseline ? ["dense twin, median", "speed-up"] : [])];
  const rows = summary.phases.map(({ phase, steps, mean_step_ms, median_step_ms }, index) => {
    const twin = baseline?.phases[index]?.median_step_ms;
    const compared = twin === undefined
      ? (baseline ? ["–", "–"] : [])
      : [formatMilliseconds(twin), `${(twin / median_step_ms).toFixed(2)}×`];
    return [
      phase,
      formatCount(steps),
      formatMilliseconds(mean_step_ms),
      formatMilliseconds(median_step_ms),
      ...compared,
    ];
  });
  return htmlTable(head, rows);
}

function facts({ config, summary }: ReportData): [string, string][] {
  const { model, train, sparsity, optimizer, data } = config;
  const { baseline } = summary;
  const experts = venomExperts({ v: sparsity.v, n: 2, m: sparsity.m });
  return [
    ["Status", `${summary.status}, ${formatCount(summary.steps)} of ${formatCount(train.steps)} steps`],
    [
      "Training loss",
      formatLoss(summary.train_loss) + (baseline ? ` (dense twin ${formatLoss(baseline.train_loss)})` : ""),
    ],
    [
      "Validation loss",
      formatLoss(summary.val_loss) + (baseline ? ` (dense twin ${formatLoss(baseline.val_loss)})` : ""),
    ],
    [
      "Time",
      formatDuration(summary.wall_seconds) + (baseline ? ` (dense twin ${formatDuration(baseline.wall_seconds)})` : ""),
    ],
    [
      "Tokens",
      `${formatCount(summary.tokens)}, ${
        train.batchSize * train.microBatches
      } sequences of ${model.sequenceLength} a step`,
    ],
    [
      "Model",
      `${formatCount(summary.parameters)} parameters: ${model.layers} layers, d_model ${model.dModel}, d_ffn ` +
      `${model.dFfn}, ${model.heads} heads, ${model.kvHeads} for keys and values`,
    ],
    ...(hasSparseSteps(config)
      ? [["Sparsity", `plan ${sparsity.plan}, ${sparsity.v}:2:${sparsity.m}, ${experts} experts`] as [string, string]]
      : []),
    ["Optimizer", `AdamW, learning rate ${optimizer.learningRate}, ${optimizer.warmupSteps} steps of warm-up`],
    ["Data", data.paths.length === 0 ? "sources and documents of the repository" : data.paths.join(", ")],
    ["Seed", String(train.seed)],
    ["Device", summary.device],
  ];
}
