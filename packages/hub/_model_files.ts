import { tokenizerFiles } from "@beyond24/tokenizer";
import { denseTensor } from "./_model_tensors.ts";
import type { ExportedRun } from "./_open_run.ts";
import { sparse24Config, sparse24Tensors } from "./_sparse24_tensors.ts";
import type { WrittenType } from "./_values.ts";
import type { ModelFiles } from "./_write_model_files.ts";
import { type ConfigFile, encodeConfigFile, encodeGenerationConfig } from "./config_file.ts";
import { modelCard } from "./_model_card.ts";
import { headName, type HubWeight, hubWeights } from "./weight_table.ts";

/** Element type of exported weights. */
export type ExportType = "f32" | "bf16";

/** What the file format and PyTorch call an element type. */
const types = {
  f32: { file: "F32", torch: "float32" },
  bf16: { file: "BF16", torch: "bfloat16" },
} as const satisfies Record<ExportType, { file: WrittenType; torch: string }>;

/** The model as it is, with all that `transformers` looks for beside it. */
export async function denseFiles(run: ExportedRun, dtype: ExportType): Promise<ModelFiles> {
  const { tokenizer, weights: file } = run;
  const texts = {
    "config.json": encodeJson(configOf(run, dtype)),
    "generation_config.json": encodeJson(encodeGenerationConfig(run.config.model, tokenizer)),
    ...tokenizerFiles(tokenizer),
    "README.md": run.importedCard ?? await modelCard(run),
  };
  return { texts, tensors: exportedWeights(run).map((weight) => denseTensor(file, weight, types[dtype].file)) };
}

/**
 * The same with 2:4 weights packed.
 *
 * @throws {UsageError} If the run has none
 */
export function sparse24Files(run: ExportedRun, dtype: ExportType, dense: ModelFiles): ModelFiles {
  const pack = sparse24Tensors(run, types[dtype].file);
  const packed = exportedWeights(run).map(pack);
  const config = { ...configOf(run, dtype), quantization_config: sparse24Config(run.config) };
  const texts = { ...dense.texts, "config.json": encodeJson(config) };
  return { texts, tensors: dense.tensors.flatMap((tensor, index) => packed[index] ?? [tensor]) };
}

function configOf({ config: { model }, tokenizer: { bos, eos }, isTied }: ExportedRun, dtype: ExportType): ConfigFile {
  return encodeConfigFile(model, { isTied, bos, eos, dtype: types[dtype].torch });
}

/** A tied head is the embedding and not written again. */
function exportedWeights({ config: { model }, isTied }: ExportedRun): HubWeight[] {
  return hubWeights(model).filter(({ theirs }) => !(isTied && theirs === headName));
}

function encodeJson(value: unknown): string {
  return JSON.stringify(value, null, 2) + "\n";
}
