import { venomExperts } from "@beyond24/recipe";
import { formatAmount, formatCount, hasSparseSteps } from "@beyond24/run";
import type { RunHeader } from "../run/run_observer.ts";

/** What a run is about to do, in a few lines. */
export function describeHeader(header: RunHeader): string {
  const { config, resumedAt, texts, trainTokens, validationTokens } = header;
  const { model, train, sparsity } = config;
  const tokens = train.batchSize * train.microBatches * model.sequenceLength;
  const phases = config.recipe.filter(({ steps }) => steps > 0).map(({ phase, steps }) => `${steps} ${phase}`);
  const experts = venomExperts({ v: sparsity.v, n: 2, m: sparsity.m });
  const sparse = `${sparsity.plan}, ${sparsity.v}:2:${sparsity.m}, ${formatAmount(experts, "expert")}`;
  const rows = [
    [
      "model",
      `${config.preset}: ${formatCount(header.parameters)} parameters, ${formatAmount(model.layers, "layer")}, ` +
      `d_model ${model.dModel}, d_ffn ${model.dFfn}, sequences of ${model.sequenceLength}`,
    ],
    ["device", header.device],
    [
      "data",
      `${formatAmount(texts, "text")}, ${formatAmount(trainTokens, "token")} to train on, ` +
      `${formatCount(validationTokens)} held out`,
    ],
    [
      "plan",
      `${phases.join(" → ")}, ${formatAmount(train.steps, "step")} of ${formatAmount(tokens, "token")}` +
      (train.baseline ? ", and a dense twin" : ""),
    ],
    ...(hasSparseSteps(config) ? [["sparse", sparse]] : []),
    ["run", header.folder + (resumedAt > 0 ? `, resumed after step ${resumedAt}` : "")],
    ...header.notes.map((note) => ["note", note]),
  ];
  return rows.map(([name = "", text = ""]) => `${name.padEnd(8)}${text}\n`).join("");
}
