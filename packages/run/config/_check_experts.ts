import { isRouted, sparsityPlans, venomExperts } from "@beyond24/recipe";
import { UsageError } from "../usage_error.ts";
import { configField } from "./config_fields.ts";
import { presetClusters } from "./_preset_clusters.ts";
import { presetConfig } from "./preset_config.ts";
import type { RunConfig } from "./run_config.ts";

/**
 * Sees that the neurons of a layer can be cut into the experts of a plan, in groups of four, and that a token has no
 * more experts than there are. A plan brings its experts along, so a message says which values are of the plan or of
 * the preset, and which near ones would fit. Groups of four also go along the features of a token.
 *
 * @throws {UsageError} If they do not fit
 */
export function checkExperts(config: RunConfig): void {
  const { model: { dFfn, dModel }, sparsity: { plan, v, m, expertsPerToken } } = config;
  if (dModel % 4 !== 0) {
    refuse(`model.dModel=${dModel} in sparse steps as features are in groups of four`, [
      choice("model.dModel", multiplesNear(dModel, 4)),
    ]);
  }
  if (!isRouted(sparsityPlans[plan])) {
    if (expertsPerToken > 1) {
      refuse(`sparsity.expertsPerToken=${expertsPerToken} with sparsity.plan=${plan} as it has no router`, [
        choice("sparsity.expertsPerToken", [1]),
        "a plan that has one",
      ]);
    }
    if (dFfn % 4 === 0) return;
    refuse(`model.dFfn=${dFfn} with sparsity.plan=${plan} as neurons are in groups of four`, [
      choice("model.dFfn", multiplesNear(dFfn, 4)),
    ]);
  }
  const experts = venomExperts({ v, n: 2, m });
  if (dFfn % m === 0 && expertsPerToken <= experts) return;
  const { model, sparsity: own } = presetConfig(config.preset, plan);
  const wanted = [own.m, presetClusters(config).m];
  const neurons = `model.dFfn=${dFfn}${dFfn === model.dFfn ? ` (of preset ${config.preset})` : ""}`;
  const columns = `sparsity.m=${m}${wanted.includes(m) ? ` (of plan ${plan})` : ""}`;
  const columnsThatFit = divisors(dFfn).filter((divisor) => divisor >= 4 * expertsPerToken);
  if (dFfn % m !== 0) {
    const fitting = [choice("model.dFfn", multiplesNear(dFfn, m)), choice("sparsity.m", nearest(columnsThatFit, m))];
    // What was set comes first.
    const [named, choices] = dFfn === model.dFfn
      ? [`${columns} with ${neurons}`, fitting.toReversed()]
      : [`${neurons} with ${columns}`, fitting];
    refuse(`${named} as m must divide dFfn (groups of four neurons for each of ${experts} experts)`, choices);
  }
  const isOfPlan = expertsPerToken === own.expertsPerToken;
  const visited = `sparsity.expertsPerToken=${expertsPerToken}${isOfPlan ? ` (of plan ${plan})` : ""}`;
  const fitting = [choice("sparsity.expertsPerToken", [experts]), choice("sparsity.m", nearest(columnsThatFit, m))];
  const [named, choices] = wanted.includes(m)
    ? [`${visited} with ${columns}`, fitting]
    : [`${columns} with ${visited}`, fitting.toReversed()];
  refuse(`${named} as there ${experts === 1 ? "is 1 expert" : `are ${experts} experts`}, m / 4`, choices);
}

function refuse(what: string, choices: readonly string[]): never {
  throw new UsageError(`Cannot use ${what}: choose ${choices.filter((choice) => choice !== "").join(", or ")}`);
}

function choice(key: string, values: readonly number[]): string {
  return values.length === 0 ? "" : `${key}=${values.join(" or ")}`;
}

/** The multiples of a number below and above a value. */
function multiplesNear(value: number, of: number): number[] {
  return [Math.floor(value / of) * of, Math.ceil(value / of) * of].filter((multiple) => multiple > 0);
}

/** The widths of a block that divide the neurons. */
function divisors(neurons: number): number[] {
  const field = configField("sparsity.m");
  const most = field.kind === "integer" ? field.maximum : 0;
  return Array.from({ length: most / 4 }, (_, i) => 4 * (i + 1)).filter((width) => neurons % width === 0);
}

/** The last of ascending numbers below a value, and the first above it. */
function nearest(values: readonly number[], value: number): number[] {
  return [values.findLast((other) => other < value), values.find((other) => other > value)]
    .filter((other) => other !== undefined);
}
