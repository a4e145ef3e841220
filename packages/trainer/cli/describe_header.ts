import { describeSparsity, formatAmount, formatCount, formatPercent, hasSparseSteps } from "@beyond24/run";
import type { RunHeader, SourceFacts } from "../run/run_observer.ts";

/** What a run is about to do, in a few lines. */
export function describeHeader(header: RunHeader): string {
  const { config, resumedAt } = header;
  const { model, train } = config;
  const tokens = train.batchSize * train.microBatches * model.sequenceLength;
  const phases = config.recipe.filter(({ steps }) => steps > 0).map(({ phase, steps }) => `${steps} ${phase}`);
  const rows = [
    [
      "model",
      `${config.preset}: ${formatCount(header.parameters)} parameters, ${formatAmount(model.layers, "layer")}, ` +
      `d_model ${model.dModel}, d_ffn ${model.dFfn}, sequences of ${model.sequenceLength}`,
    ],
    ["device", header.device],
    ...header.sources.map((source, index) => [
      index === 0 ? "data" : "",
      sourceFacts(source, header.sources.length > 1, tokens * train.steps, model.sequenceLength),
    ]),
    [
      "plan",
      `${phases.join(" → ")}, ${formatAmount(train.steps, "step")} of ${formatAmount(tokens, "token")}` +
      (train.baseline ? ", and a dense twin" : ""),
    ],
    ...(hasSparseSteps(config) ? [["sparse", describeSparsity(config.sparsity)]] : []),
    ["run", header.folder + (resumedAt > 0 ? `, resumed after step ${resumedAt}` : "")],
    ...header.notes.map((note) => ["note", note]),
  ];
  return rows.map(([name = "", text = ""]) => `${name.padEnd(8)}${text}\n`).join("");
}

/** A source, and how often the run goes through it. */
function sourceFacts(
  { name, weight, texts, trainTokens, validationTokens }: SourceFacts,
  isOfMixture: boolean,
  tokens: number,
  sequenceLength: number,
): string {
  const epochs = Number((weight * tokens / trainTokens).toPrecision(3));
  // What a shift leaves out before the first sequence, and what does not fill the last one.
  const most = 2 * sequenceLength - 1;
  return (isOfMixture ? `${formatPercent(weight)} ${name}: ` : "") +
    `${formatAmount(texts, "text")}, ${formatAmount(trainTokens, "token")} to train on, ` +
    `${formatCount(validationTokens)} held out; ${epochs} ${epochs === 1 ? "epoch" : "epochs"}, each without at most ` +
    `${formatAmount(most, "token")}, others every time`;
}
