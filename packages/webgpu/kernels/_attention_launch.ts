import type { AttentionShape, Tensor } from "@beyond24/device";
import gridSource from "./_grid.wgsl" with { type: "text" };
import exponential from "./_exponential.wgsl" with { type: "text" };
import rowsSource from "./_attention_rows.wgsl" with { type: "text" };
import storeSource from "./_attention_store.wgsl" with { type: "text" };
import { ATTENTION_TILES, type AttentionTile } from "./_attention_tiles.ts";
import { type Binding, gridOf, type Launcher, reads, writes } from "../_launch.ts";

/** One of the kernels of attention. */
export interface AttentionLaunch {
  /** Name in profiles. */
  readonly kernel: string;
  /** WGSL of `main`. */
  readonly source: string;
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
  const { kernel, source, inputs, outputs, statistics, ownsKeys, flopsPerPair } = launch;
  const { sequences, sequenceLength, heads, keyValueHeads, headDim } = shape;
  const tile = tileOf(launcher, ownsKeys);
  const all = [...Object.values(inputs), ...Object.values(outputs)];
  const isVector = headDim % 4 === 0 && all.every(({ offset }) => offset % 4 === 0);
  const view = isVector ? "vector" : "scalar";
  const tensors: Record<string, Binding> = { ...statistics };
  let text = gridSource + exponential;
  for (const [name, tensor] of Object.entries(inputs)) {
    tensors[name] = reads(tensor, view);
    text += rowsSource.replaceAll("NAME", name);
  }
  for (const [name, tensor] of Object.entries(outputs)) {
    tensors[name] = writes(tensor, view);
    text += storeSource.replaceAll("NAME", name);
  }
  const owned = (ownsKeys ? tile.KEYS : tile.QUERIES) * tile.LANES;
  const pairs = sequences * (ownsKeys ? keyValueHeads : heads);
  const { workgroups, constants, integers } = gridOf([Math.ceil(sequenceLength / owned), pairs, 1]);
  launcher.launch({
    kernel,
    source: text + source,
    tensors,
    constants: { ...constants, ...tile, HEAD_DIM: headDim, FOURS: Math.ceil(headDim / 4), VECTOR: isVector ? 1 : 0 },
    integers: { ...integers, length: sequenceLength, heads, key_heads: keyValueHeads },
    floats: { scale: 1 / Math.sqrt(headDim) },
    workgroups,
    flops: flopsPerPair * headDim * sequences * heads * sequenceLength * (sequenceLength + 1) / 2,
  });
}
