import {
  describeLearningRate,
  describeSparsity,
  formatAmount,
  formatCount,
  formatDuration,
  formatMilliseconds,
  hasSparseSteps,
} from "@beyond24/run";
import { escapeHtml, factTable, htmlTable } from "./_html.ts";
import { compareWithTwin } from "./compare_with_twin.ts";
import type { ReportData } from "./report_data.ts";
import { scoresSection } from "./scores_section.ts";

/** Tables: comparison with the twin, phases, facts, the whole configuration. */
export function summarySections(data: ReportData): string {
  return `${twinSection(data)}${scoresSection(data)}<section><h2>Phases</h2>
${phaseTable(data)}
</section>
<section><h2>Summary</h2>
${factTable([...facts(data), ...starts(data), ...changes(data)])}
</section>
<section><details><summary>Configuration</summary>
<pre>${escapeHtml(JSON.stringify(data.config, null, 2))}</pre>
</details></section>
`;
}

function twinSection({ reached }: ReportData): string {
  if (reached.baseline === undefined) return "";
  const rows = compareWithTwin(reached, reached.baseline).map((
    { name, main, twin, ratio },
  ) => [name, main, twin, ratio]);
  return `<section><h2>Against the dense twin</h2>
${htmlTable(["", "sparse recipe", "dense twin", ""], rows)}
<p>The twin began with the same weights and saw the same batches; both took turns of ten steps on the same machine.</p>
</section>
`;
}

function phaseTable({ reached }: ReportData): string {
  const rows = reached.phases.map(({ phase, steps, mean_step_ms, median_step_ms }) => [
    phase,
    formatCount(steps),
    formatMilliseconds(mean_step_ms),
    formatMilliseconds(median_step_ms),
  ]);
  return htmlTable(["phase", "steps", "mean step", "median step"], rows);
}

function facts({ config, reached }: ReportData): [string, string][] {
  const { model, train, sparsity, optimizer, data } = config;
  return [
    ["Status", `${reached.status}, ${formatCount(reached.steps)} of ${formatAmount(train.steps, "step")}`],
    ...(reached.wall_seconds === null ? [] : [["Time", formatDuration(reached.wall_seconds)] as [string, string]]),
    [
      "Tokens",
      `${formatCount(reached.tokens)}, ${
        formatAmount(train.batchSize * train.microBatches, "sequence")
      } of ${model.sequenceLength} a step`,
    ],
    [
      "Model",
      `${formatCount(reached.parameters)} parameters: ${
        formatAmount(model.layers, "layer")
      }, d_model ${model.dModel}, d_ffn ` +
      `${model.dFfn}, ${model.heads} heads, ${model.kvHeads} for keys and values`,
    ],
    ...(hasSparseSteps(config) ? [["Sparsity", `plan ${describeSparsity(sparsity)}`] as [string, string]] : []),
    [
      "Optimizer",
      `AdamW, ${formatAmount(optimizer.warmupSteps, "step")} of warm-up, ` +
      `learning rate ${describeLearningRate(optimizer)}`,
    ],
    ["Data", data.paths.length === 0 ? "sources and documents of the repository" : data.paths.join(", ")],
    ["Seed", String(train.seed)],
    ...(reached.device === undefined ? [] : [["Device", reached.device] as [string, string]]),
  ];
}

/** What began the run and what went on with it. */
function starts({ starts }: ReportData): [string, string][] {
  return starts.map(({ time, step, command, revision, versions }) => [
    step === 0 ? "Begun" : `Went on after step ${formatCount(step)}`,
    [
      `${time.slice(0, 16).replace("T", " ")} UTC`,
      ...(command === "" ? [] : [command]),
      ...(revision === null ? [] : [`revision ${revision.slice(0, 10)}`]),
      Object.entries(versions).map(([name, version]) => `${name} ${version}`).join(", "),
    ].join(" · "),
  ]);
}

function changes({ reached }: ReportData): [string, string][] {
  return (reached.changes ?? []).map(({ step, key, before, after }) => [
    `Changed after step ${formatCount(step)}`,
    `${key}: ${JSON.stringify(before)} → ${JSON.stringify(after)}`,
  ]);
}
