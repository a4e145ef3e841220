import type { AttentionShape, Tensor } from "@beyond24/device";
import { type AttentionValues, loadText, storeText } from "./_attention_text.ts";
import { EXPONENTIAL } from "./_exponential.ts";
import { gridOf } from "./_grid.ts";
import { ATTENTION_TILES, type AttentionTile } from "./_attention_tiles.ts";
import { type Binding, type Launcher, reads, writes } from "../_launch.ts";
import { part } from "../_wgsl.ts";

/** One of the kernels of attention. */
export interface AttentionLaunch {
  /** Name in profiles. */
  readonly kernel: string;
  /** WGSL of `main`. */
  readonly text: (values: AttentionValues) => string;
  /** Vectors of heads that are read, by name. */
  readonly inputs: Readonly<Record<string, Tensor>>;
  /** Vectors of heads that are written, by name. */
  readonly outputs: Readonly<Record<string, Tensor>>;
  /** Numbers that belong to queries. */
  readonly statistics: Readonly<Record<string, Binding>>;
  /** Whether invocations own keys instead of queries. */
  readonly ownsKeys: boolean;
  /** Multiplications and additions for every pair of query and key, by head width. */
  readonly flopsPerPair: number;
}

function tileOf({ tiles, activationType }: Launcher, ownsKeys: boolean): AttentionTile {
  // Software adapters, for which the first is, compile and convert halves slowly.
  const isSlow = tiles.attention === "8/4x4" && activationType === "f16";
  const { keys, queries } = ATTENTION_TILES[isSlow ? "8/2x2" : tiles.attention];
  return ownsKeys ? keys : queries;
}

/** Launches a kernel of attention over all sequences and heads. */
export function launchAttention(launcher: Launcher, shape: AttentionShape, launch: AttentionLaunch): void {
  const { kernel, text, inputs, outputs, statistics, ownsKeys, flopsPerPair } = launch;
  const { sequences, sequenceLength, heads, keyValueHeads, headDim } = shape;
  const tile = tileOf(launcher, ownsKeys);
  const all = [...Object.values(inputs), ...Object.values(outputs)];
  const isVector = headDim % 4 === 0 && all.every(({ offset }) => offset % 4 === 0);
  const view = isVector ? "vector" : "scalar";
  const tensors: Record<string, Binding> = { ...statistics };
  for (const [name, tensor] of Object.entries(inputs)) tensors[name] = reads(tensor, view);
  for (const [name, tensor] of Object.entries(outputs)) tensors[name] = writes(tensor, view);
  const owned = (ownsKeys ? tile.KEYS : tile.QUERIES) * tile.LANES;
  const pairs = sequences * (ownsKeys ? keyValueHeads : heads);
  const values = { ...tile, HEAD_DIM: headDim, FOURS: Math.ceil(headDim / 4), VECTOR: isVector };
  const grid = gridOf([Math.ceil(sequenceLength / owned), pairs, 1]);
  launcher.launch({
    kernel,
    text: [
      grid.text,
      EXPONENTIAL,
      ...Object.keys(inputs).map((name) => loadText(name, isVector)),
      ...Object.keys(outputs).map((name) => storeText(name, isVector)),
      part(text, values),
    ],
    tensors,
    integers: { ...grid.integers, length: sequenceLength, heads, key_heads: keyValueHeads },
    floats: { scale: 1 / Math.sqrt(headDim) },
    workgroups: grid.workgroups,
    flops: flopsPerPair * headDim * sequences * heads * sequenceLength * (sequenceLength + 1) / 2,
  });
}
