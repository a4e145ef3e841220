import { applyConfig, checkConfig, type ConfigValues, presetConfig, type RunConfig, UsageError } from "@beyond24/run";
import { type SparsityPlanName, sparsityPlans } from "@beyond24/recipe";
import { dataSources, paddedVocabulary, tokensOfData } from "../run/data_sources.ts";
import { parseAssignments } from "./parse_assignments.ts";
import { readConfigFile } from "./read_config_file.ts";

/** Where the values of a configuration come from, the weakest first. */
export interface ConfigSources {
  /** Name of a preset. Default: that of the file, or `tiny`. */
  readonly preset?: string;
  /** Values of another run, by dotted key. */
  readonly base?: ConfigValues;
  /** Path of a JSON file. */
  readonly file?: string;
  /** Values of single flags, by dotted key. */
  readonly flags?: ConfigValues;
  /** Texts of `--set`. */
  readonly assignments?: readonly string[];
  /** Where the model's vocabulary comes from unless it is named. Default `preset`. */
  readonly vocabulary?: "preset" | "data";
}

/**
 * The configuration of a run: preset, over it the values of another run, the file, the flags, the assignments.
 *
 * @param sources Where values come from
 * @returns A configuration in which everything fits together
 * @throws {UsageError} If a value, a key or a combination is refused
 * @throws {DataError} If the vocabulary is that of prepared tokens whose index is wrong
 *
 * @example Resolve
 * ```ts
 * import { resolveConfig } from "@beyond24/trainer";
 * import { assertEquals } from "@std/assert";
 *
 * const { train } = await resolveConfig({ preset: "small", assignments: ["train.seed=7"] });
 * assertEquals(train.seed, 7);
 * ```
 */
export async function resolveConfig(sources: ConfigSources): Promise<RunConfig> {
  const { base = {}, file, flags = {}, assignments = [] } = sources;
  const fileValues = file === undefined ? {} : await readConfigFile(file);
  const { preset: filePreset, ...ofFile } = fileValues;
  const { preset: basePreset, ...ofBase } = base;
  const { preset: setPreset, ...ofAssignments } = parseAssignments(assignments);
  if (setPreset !== undefined) throw new UsageError("Cannot set preset with --set as --preset chooses it");
  const preset = sources.preset ?? String(filePreset ?? basePreset ?? "tiny");
  // A plan brings its clusters and its router along, whoever names it; what is said of them still counts.
  const named = [ofAssignments, flags, ofFile, ofBase].find((values) => "sparsity.plan" in values)?.["sparsity.plan"];
  let config = presetConfig(preset, isSparsityPlan(named) ? named : undefined);
  config = applyConfig(config, ofBase, "the run to begin from");
  config = applyConfig(config, ofFile, file ?? "the file");
  config = applyConfig(config, flags, "the flags");
  config = applyConfig(config, ofAssignments, "--set");
  const isNamed = [ofAssignments, flags, ofFile, ofBase].some((values) => "model.vocabularySize" in values);
  if (!isNamed && sources.vocabulary === "data") {
    config = applyConfig(config, { "model.vocabularySize": await vocabularyOf(config.data.paths) }, "the data");
  }
  checkConfig(config);
  return config;
}

/** A model knows the tokens of its data, unless it is told to know others. */
async function vocabularyOf(paths: readonly string[]): Promise<number> {
  return paddedVocabulary(await tokensOfData(await dataSources(paths)));
}

function isSparsityPlan(name: unknown): name is SparsityPlanName {
  return typeof name === "string" && Object.hasOwn(sparsityPlans, name);
}
