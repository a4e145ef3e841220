import type { TensorFile } from "@beyond24/checkpoint";
import { hasSparseSteps, type RunConfig, UsageError } from "@beyond24/run";
import { type SparseFormat, type SparsityPlan, sparsityPlans } from "@beyond24/recipe";
import { type Bitmask24, encodeBitmask24, pack24, prune24, softThreshold24 } from "@beyond24/sparse24";
import { exportedValues } from "./_model_tensors.ts";
import type { ExportedRun } from "./_open_run.ts";
import type { PendingTensor } from "./_tensor_writer.ts";
import { collectValues, encodeValues, type WrittenType } from "./_values.ts";
import type { HubWeight } from "./weight_table.ts";

/** The products of the forward pass, which contract the columns of `transformers`' matrices: what inference can use. */
type ForwardProduct = "y1" | "y3";

/**
 * The product that reads a weight, if it reads its 2:4 form under a plan.
 *
 * @returns The product; undefined for a weight that stays dense
 */
function sparseProduct({ isFeedForward, isTransposed }: HubWeight, plan: SparsityPlan): ForwardProduct | undefined {
  if (!isFeedForward) return undefined;
  const [product, operand] = isTransposed ? ["y3", "wOut"] as const : ["y1", "wIn"] as const;
  return plan[product].operand === operand ? product : undefined;
}

/**
 * The 2:4 weights of a run, in the form that compressed-tensors calls `sparse-24-bitmask`: shape, kept values, bits of
 * what is kept.
 *
 * @returns For each weight its tensors; undefined for a weight that stays dense
 * @throws {UsageError} If the forward pass of the run's sparse steps has none, or there are no sparse steps
 */
export function sparse24Tensors(
  { config, scales, weights: file }: ExportedRun,
  dtype: WrittenType,
): (weight: HubWeight) => PendingTensor[] | undefined {
  const plan = planOf(config);
  const { denseLayers } = config.sparsity;
  return (weight) => {
    const { layer = 0 } = weight;
    const product = layer < denseLayers ? undefined : sparseProduct(weight, plan);
    if (product === undefined) return undefined;
    const scale = scales[layer]?.[product] ?? 1;
    const pack = () => packWeight(file, weight, { format: plan[product].format, scale });
    return bitmaskTensors(weight, dtype, pack);
  };
}

/**
 * What tells readers of `config.json` which modules are packed.
 *
 * @throws {UsageError} If none is
 */
export function sparse24Config(config: RunConfig): unknown {
  const plan = planOf(config);
  const modules = [["up_proj", plan.y1.operand === "wIn"], ["down_proj", plan.y3.operand === "wOut"]] as const;
  const { model: { layers }, sparsity: { denseLayers } } = config;
  const sparse = Array.from({ length: layers - denseLayers }, (_, index) => denseLayers + index);
  const place = denseLayers === 0 ? "" : `\\.(${sparse.join("|")})`;
  const targets = modules.filter(([, isPacked]) => isPacked).map(([name]) => `re:.*${place}\\.mlp\\.${name}$`);
  return {
    quant_method: "compressed-tensors",
    sparsity_config: {
      format: "sparse-24-bitmask",
      sparsity_structure: "2:4",
      global_sparsity: 0.5,
      targets,
      ignore: [],
    },
  };
}

function planOf(config: RunConfig): SparsityPlan {
  const { plan: name } = config.sparsity;
  const plan = sparsityPlans[name];
  if (!hasSparseSteps(config)) {
    throw new UsageError(
      "Cannot export 2:4 weights as all steps of the run are dense: its weights were not made for it",
    );
  }
  if (plan.y1.operand === "wIn" || plan.y3.operand === "wOut") return plan;
  throw new UsageError(
    `Cannot export 2:4 weights as sparsity.plan has none in the forward pass: current value is ${name}`,
  );
}

interface Packing {
  readonly format: SparseFormat | "none";
  readonly scale: number;
}

/** Cuts a matrix to 2:4 along its columns, as the products of sparse steps do. */
async function packWeight(file: TensorFile, weight: HubWeight, { format, scale }: Packing): Promise<Bitmask24> {
  const [rows = 0, cols = 0] = weight.theirShape;
  const shape = { rows, cols };
  const values = await collectValues(exportedValues(file, weight), rows * cols);
  if (format === "2:4") return encodeBitmask24(pack24(values, shape, prune24(values, shape)));
  return encodeBitmask24(pack24(softThreshold24(values, shape).map((value) => value * scale), shape));
}

/** The names and order are those of compressed-tensors. Packed for each, as one matrix at a time is to be in memory. */
function bitmaskTensors({ theirs, theirShape }: HubWeight, dtype: WrittenType, pack: () => Promise<Bitmask24>) {
  const prefix = theirs.replace(/\.weight$/, "");
  const [rows = 0, cols = 0] = theirShape;
  const tensors: readonly PendingTensor[] = [
    { name: `${prefix}.shape`, dtype: "I64", shape: [2, 1], pieces: () => [sizesOf(rows, cols)] },
    { name: `${prefix}.compressed`, dtype, shape: [rows, cols / 2], pieces: () => keptValues(pack, dtype) },
    { name: `${prefix}.bitmask`, dtype: "U8", shape: [rows, Math.ceil(cols / 8)], pieces: () => keptPlaces(pack) },
  ];
  return [...tensors];
}

function sizesOf(rows: number, cols: number): Uint8Array {
  return new Uint8Array(BigInt64Array.of(BigInt(rows), BigInt(cols)).buffer);
}

async function* keptValues(pack: () => Promise<Bitmask24>, dtype: WrittenType): AsyncGenerator<Uint8Array> {
  const { compressed } = await pack();
  yield* encodeValues([new Float32Array(compressed)], dtype);
}

async function* keptPlaces(pack: () => Promise<Bitmask24>): AsyncGenerator<Uint8Array> {
  yield (await pack()).bitmask;
}
