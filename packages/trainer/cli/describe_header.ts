import { venomExperts } from "@beyond24/recipe";
import { hasSparseSteps } from "@beyond24/run";
import { formatCount } from "../format.ts";
import type { RunHeader } from "../run/run_observer.ts";

/** What a run is about to do, in a few lines. */
export function describeHeader(header: RunHeader): string {
  const { config, resumedAt, texts, trainTokens, validationTokens } = header;
  const { model, train, sparsity } = config;
  const tokens = train.batchSize * train.microBatches * model.sequenceLength;
  const phases = config.recipe.filter(({ steps }) => steps > 0).map(({ phase, steps }) => `${steps} ${phase}`);
  const experts = venomExperts({ v: sparsity.v, n: 2, m: sparsity.m });
  const sparse = `${sparsity.plan}, ${sparsity.v}:2:${sparsity.m}, ${experts} experts`;
  const rows = [
    [
      "model",
      `${config.preset}: ${formatCount(header.parameters)} parameters, ${model.layers} layers, ` +
      `d_model ${model.dModel}, d_ffn ${model.dFfn}, sequences of ${model.sequenceLength}`,
    ],
    ["device", header.device],
    [
      "data",
      `${formatCount(texts)} ${texts === 1 ? "text" : "texts"}, ${formatCount(trainTokens)} tokens to train on, ` +
      `${formatCount(validationTokens)} held out`,
    ],
    [
      "plan",
      `${phases.join(" → ")}, ${formatCount(train.steps)} steps of ${formatCount(tokens)} tokens` +
      (train.baseline ? ", and a dense twin" : ""),
    ],
    ...(hasSparseSteps(config) ? [["sparse", sparse]] : []),
    ["run", header.folder + (resumedAt > 0 ? `, resumed after step ${resumedAt}` : "")],
    ...header.notes.map((note) => ["note", note]),
  ];
  return rows.map(([name = "", text = ""]) => `${name.padEnd(8)}${text}\n`).join("");
}
