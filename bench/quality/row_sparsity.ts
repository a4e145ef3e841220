import { acceptsValue, configField, type RunConfig } from "@beyond24/run";
import * as v from "valibot";

type Sparsity = RunConfig["sparsity"];

function key<Key extends keyof Sparsity>(name: Key) {
  const field = configField(`sparsity.${name}`);
  return v.custom<Sparsity[Key]>((value) => acceptsValue(field, value), `is no sparsity.${name}`);
}

/** The keys of a configuration that say what sparse steps compute, as a row has them. */
export const rowSparsitySchema = v.pipe(
  v.object({
    plan: key("plan"),
    v: key("v"),
    m: key("m"),
    expertsPerToken: key("expertsPerToken"),
    router: key("router"),
    tokenOrder: key("tokenOrder"),
    clusters: key("clusters"),
    denseLayers: key("denseLayers"),
  }),
  v.check(({ m, expertsPerToken }) => 4 * expertsPerToken <= m, "a token has more clusters than there are"),
);

/** How sparse steps of a run were computed. */
export type RowSparsity = v.InferOutput<typeof rowSparsitySchema>;

/** What a row has of how the sparse steps of a configuration are computed. */
export function rowSparsity({ sparsity }: Pick<RunConfig, "sparsity">): RowSparsity {
  return v.parse(rowSparsitySchema, sparsity);
}
