import { applyConfig, checkConfig, type ConfigValues, presetConfig, type RunConfig, UsageError } from "@beyond24/run";
import { type SparsityPlanName, sparsityPlans } from "@beyond24/recipe";
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
}

/**
 * The configuration of a run: preset, over it the values of another run, the file, the flags, the assignments.
 *
 * @param sources Where values come from
 * @returns A configuration in which everything fits together
 * @throws {UsageError} If a value, a key or a combination is refused
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
  checkConfig(config);
  return config;
}

function isSparsityPlan(name: unknown): name is SparsityPlanName {
  return typeof name === "string" && Object.hasOwn(sparsityPlans, name);
}
