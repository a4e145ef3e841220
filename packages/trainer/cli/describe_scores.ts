import { type ScoredTask, tasks, type TextScore } from "@beyond24/evaluation";
import { type EvaluationSettings, formatCount } from "@beyond24/run";
import { formatTable } from "../format_table.ts";

/**
 * Scores as a table: percent with standard errors, the score that is quoted most of each task marked, and their mean.
 *
 * @param scored Tasks with their scores
 */
export function describeScores(scored: readonly ScoredTask[]): string {
  const rows = scored.map(({ prepared: { task, docs }, scores }) => [
    task,
    formatCount(docs.length),
    ...(["acc", "acc_norm"] as const).map((metric) => {
      const { metrics, quoted } = tasks[task];
      if (!metrics.includes(metric)) return "–  ";
      return percent(scores[metric], scores[`${metric}_stderr`]) + (metric === quoted ? " *" : "  ");
    }),
  ]);
  const quoted = scored.map(({ prepared: { task }, scores }) => scores[tasks[task].quoted] ?? NaN);
  const mean = quoted.reduce((sum, value) => sum + value, 0) / quoted.length;
  const last = scored.length > 1 ? `mean of *: ${(100 * mean).toFixed(2)} %\n` : "";
  return `${formatTable([["task", "documents", "acc, %  ", "acc_norm, %  "], ...rows])}\n${last}`;
}

function percent(value = NaN, error = NaN): string {
  return `${(100 * value).toFixed(2)} ± ${Number.isNaN(error) ? "–" : (100 * error).toFixed(2)}`;
}

/** What a model makes of a text, in a line. */
export function describeText(name: string, score: TextScore): string {
  const { loss, perplexity, bitsPerByte, wordPerplexity, tokens, bytes } = score;
  return `${name}: ${bitsPerByte.toFixed(4)} bits per byte, perplexity ${perplexity.toFixed(3)} per token and ` +
    `${wordPerplexity.toPrecision(6)} per word, loss ${loss.toFixed(4)} (${formatCount(tokens)} tokens, ` +
    `${formatCount(bytes)} bytes)\n`;
}

/**
 * The score that is quoted most of each task, in a line.
 *
 * @param scored Tasks with their scores
 * @param settings Of which model
 */
export function scoresLine(scored: readonly ScoredTask[], { step, role, mode }: EvaluationSettings): string {
  const parts = scored.map(({ prepared: { task }, scores }) => {
    const { quoted } = tasks[task];
    return `${task} ${percent(scores[quoted], scores[`${quoted}_stderr`])} %`;
  });
  return `step ${step}${role === "baseline" ? " of the twin" : ""}, ${mode}: ${parts.join(" · ")}`;
}
