import { elementCount, type PackedMatrix24, type Tensor, type UnbiasedDraw } from "@beyond24/device";
import { packedStorage } from "../_gpu_storage.ts";
import { type Binding, type Launcher, packedBindings, reads, WORKGROUP_SIZE, workgroupsFor } from "../_launch.ts";
import { packText } from "./_pack_words.ts";
import { selectText } from "./_select_group.ts";
import { drawLaunch } from "./_unbiased.ts";
import { part, type ShaderPart } from "../_wgsl.ts";

/** What differs between the two ways to pack a matrix. */
export interface PackOptions {
  /** Name in profiles. */
  readonly kernel: string;
  /** WGSL of `select_group`. */
  readonly text: ShaderPart;
  /** Arguments of `select_group`. */
  readonly floats?: Readonly<Record<string, number>>;
  /** How two of every four are drawn, where they are. */
  readonly unbiased?: UnbiasedDraw | undefined;
  /** i32 [1] to which the changed mask bits are added. */
  readonly flips?: Tensor | undefined;
}

/** Packs a dense matrix, an invocation a word of metadata. */
export function packMatrix(launcher: Launcher, x: Tensor, packed: PackedMatrix24, options: PackOptions): void {
  const { kernel, text, floats = {}, unbiased, flips } = options;
  const isAlongColumns = packed.axis === "cols";
  const [lines, groups] = isAlongColumns ? [packed.rows, packed.cols / 4] : [packed.cols, packed.rows / 4];
  const count = elementCount(packedStorage(packed).metadata.shape);
  const draw = drawLaunch(unbiased);
  const flipBinding: Binding | undefined = flips && { tensor: flips, access: "write", view: "atomic" };
  launcher.launch({
    kernel,
    text: [
      selectText(launcher),
      draw.text,
      part(packText, { ALONG_COLUMNS: isAlongColumns, FLIPS: flips !== undefined }),
      text,
    ],
    tensors: {
      // Along columns a group is four neighbours, and rows are whole groups.
      x: reads(x, isAlongColumns ? "vector" : "scalar"),
      ...packedBindings("packed", packed, "write", isAlongColumns ? "pair" : "scalar"),
      ...draw.tensors,
      ...(flipBinding === undefined ? {} : { flips: flipBinding }),
    },
    integers: { lines, groups, count, ...draw.integers },
    floats,
    workgroups: workgroupsFor(count, WORKGROUP_SIZE),
  });
}
