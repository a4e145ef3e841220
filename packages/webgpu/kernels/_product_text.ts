import { wgsl } from "../_wgsl.ts";

/** What every product has: where it takes place, and how a packed operand is read. */
export const PRODUCT: string = wgsl`
  // What one workgroup computes: lines a_first to a_end of the left operand times lines b_first to b_end of the right
  // one, both from their first element of the sum on, depth elements deep.
  struct Plan {
    a_first: u32,
    a_end: u32,
    a_inner: u32,
    b_first: u32,
    b_end: u32,
    b_inner: u32,
    depth: u32,
    out_row: u32,
    out_column: u32,
  }

  // The nibbles of eight lines that start at line shift of the first of two words.
  fn funnel(low: u32, high: u32, shift: u32) -> u32 {
    return (low >> (4u * shift)) | select(0u, high << (4u * (8u - shift)), shift > 0u);
  }

  // A group of four from its two stored values.
  fn spread(slots: vec2<f32>, nibble: u32) -> vec4<f32> {
    let places = vec4<u32>(0u, 1u, 2u, 3u);
    return select(
      select(vec4<f32>(0.0), vec4<f32>(slots.y), places == vec4<u32>((nibble >> 2u) & 3u)),
      vec4<f32>(slots.x), places == vec4<u32>(nibble & 3u));
  }
`;

/** How a matrix takes in a product. */
export type MatrixValues = {
  /** Whether rows of the result are looked up. */
  readonly MAPPED: boolean;
  /** Whether four neighbours are stored at a time. */
  readonly OUT_VECTOR: boolean;
  /** Whether the product is added to it. */
  readonly ACCUMULATE: boolean;
};

/** `result_row`, and `store_four` or `store_one`. */
export const matrixText = ({ MAPPED, OUT_VECTOR, ACCUMULATE }: MatrixValues): string =>
  wgsl`
    // Where a row of the product goes; negative for nowhere.
    fn result_row(row: u32) -> i32 {
      return ${MAPPED ? "load_row_map(row)" : "i32(row)"};
    }

    ${OUT_VECTOR ? storeText("store_four", "vec4<f32>", 4, ACCUMULATE) : storeText("store_one", "f32", "", ACCUMULATE)}
  `;

const storeText = (name: string, type: string, width: 4 | "", accumulates: boolean) =>
  wgsl`
    fn ${name}(i: u32, value: ${type}) {
      store${width}_out(i, ${accumulates ? `load${width}_out(i) + value` : "value"});
    }
  `;
