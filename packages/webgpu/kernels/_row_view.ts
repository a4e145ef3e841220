import { elementCount, type Tensor } from "@beyond24/device";
import type { ElementView } from "../_launch.ts";

/** How a kernel over rows sees its tensors. */
export interface RowView {
  /** Four neighbours at once where rows and offsets allow it. */
  readonly view: ElementView;
  /** Constant of the same meaning. */
  readonly constants: { readonly VECTOR: number };
  /** Units of a row. */
  readonly width: number;
  /** Units of the result. */
  readonly count: number;
}

/** The widest view of `x` and `out`, two matrices with rows of the same width. */
export function rowView(x: Tensor, out: Tensor): RowView {
  const [, width = 0] = out.shape;
  const isVector = [width, x.offset, out.offset].every((extent) => extent % 4 === 0);
  const unit = isVector ? 4 : 1;
  return {
    view: isVector ? "vector" : "scalar",
    constants: { VECTOR: isVector ? 1 : 0 },
    width: width / unit,
    count: elementCount(out.shape) / unit,
  };
}
