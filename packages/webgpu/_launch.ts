import type { DType, PackedMatrix24, Tensor } from "@beyond24/device";
import { packedStorage } from "./_gpu_storage.ts";
import type { SubgroupForm } from "./_subgroup_form.ts";
import type { ShaderPart } from "./_wgsl.ts";
import type { TileChoice } from "./tile_choice.ts";

/** How a shader sees the elements of a tensor. */
export type ElementView = "scalar" | "pair" | "vector" | "atomic";

/** Elements that a view takes at once. */
export const VIEW_WIDTHS: Readonly<Record<ElementView, number>> = { scalar: 1, pair: 2, vector: 4, atomic: 1 };

/** A tensor in a launch. */
export interface Binding {
  /** What is bound; `dtype` decides what loads and stores convert. */
  readonly tensor: Tensor;
  /** Whether the shader writes it. */
  readonly access: "read" | "write";
  /**
   * One element, two or four neighbours at once (at multiples of two or four), or an i32 that is added to atomically.
   */
  readonly view: ElementView;
}

/** One call of one shader. */
export interface Launch {
  /** Name in profiles and labels. */
  readonly kernel: string;
  /** WGSL without bindings, and what it depends on: a pipeline for every combination of values. See `kernelSource`. */
  readonly text: readonly ShaderPart[];
  /** Tensors by the name that the shader gives them. */
  readonly tensors: Readonly<Record<string, Binding>>;
  /** What the text enables, besides halves. */
  readonly extensions?: readonly string[];
  /** `args.name: u32`. */
  readonly integers?: Readonly<Record<string, number>>;
  /** `args.name: f32`. */
  readonly floats?: Readonly<Record<string, number>>;
  /** Workgroups in each dimension. */
  readonly workgroups: readonly [number, number, number];
  /** Multiplications and additions, for profiles. */
  readonly flops?: number;
}

/** A tensor that is read. */
export function reads(tensor: Tensor, view: ElementView = "scalar"): Binding {
  return { tensor, access: "read", view };
}

/** A tensor that is written (and perhaps read too). */
export function writes(tensor: Tensor, view: ElementView = "scalar"): Binding {
  return { tensor, access: "write", view };
}

/** Values and metadata of a packed matrix as `<name>_values` and `<name>_words`. */
export function packedBindings(
  name: string,
  packed: PackedMatrix24,
  access: "read" | "write",
  view: ElementView = "scalar",
): Record<string, Binding> {
  const { values, metadata } = packedStorage(packed);
  return {
    [`${name}_values`]: { tensor: values, access, view },
    [`${name}_words`]: { tensor: metadata, access, view: "scalar" },
  };
}

/** Invocations of a workgroup of the kernels over elements. */
export const WORKGROUP_SIZE = 64;

/** WebGPU's limit, the same everywhere. */
export const WORKGROUPS_PER_DIMENSION = 65535;

/** Workgroups for a number of units: the second dimension takes what the first has no room for. */
export function workgroupsFor(units: number, unitsPerWorkgroup: number): readonly [number, number, number] {
  const groups = Math.ceil(units / unitsPerWorkgroup);
  if (groups <= WORKGROUPS_PER_DIMENSION) return [groups, 1, 1];
  return [WORKGROUPS_PER_DIMENSION, Math.ceil(groups / WORKGROUPS_PER_DIMENSION), 1];
}

/** What runs launches. */
export interface Launcher {
  /** Storage type of activations. */
  readonly activationType: "f32" | "f16";
  /** Tile sizes. */
  readonly tiles: TileChoice;
  /** How texts may use subgroups. */
  readonly subgroups: SubgroupForm;
  /** Buffers that one launch may bind. */
  readonly mostBuffers: number;
  /** Encodes one call. */
  launch(launch: Launch): void;
  /** Memory for intermediate results of one kernel call, undefined at the start of every call. */
  scratch(name: string, elements: number, dtype: DType): Tensor;
}
