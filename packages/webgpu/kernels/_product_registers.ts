import { loadsOf } from "./_product_operand.ts";
import { leftForm, type ProductValues, rightForm } from "./_product_values.ts";
import { selectionBlock } from "./_selection_block.ts";
import { each, wgsl } from "../_wgsl.ts";

/** What one invocation computes. */
export type RegistersTile = {
  /** Rows of the result. */
  readonly ROWS: number;
  /** Columns of the result. */
  readonly COLS: number;
};

/**
 * A product whose tiles live in registers: for adapters that simulate a GPU on a CPU, where every load is slow,
 * workgroup memory is no faster than any other, and registers spill into the first-level cache. One invocation computes
 * ROWS × COLS.
 */
export const registersText = ({ ROWS, COLS, ...values }: RegistersTile & ProductValues): string =>
  wgsl`
    @compute @workgroup_size(8)
    fn main(
      @builtin(workgroup_id) id: vec3<u32>,
      @builtin(num_workgroups) groups: vec3<u32>,
      @builtin(local_invocation_index) lane: u32,
    ) {
      let group = place_of(id, groups);
      if (!is_in_grid(group)) {
        return;
      }
      let plan = plan_tile(group, ROWS, 8u * COLS);
      if (plan.a_first >= plan.a_end) {
        return;
      }
      let a_first = plan.a_first;
      let b_first = plan.b_first + lane * COLS;
      if (b_first >= plan.b_end) {
        return;
      }
      let last = max(plan.depth, 1u) - 1u;
      ${each(ROWS, (r) => each(COLS, (c) => `var sum_${r}_${c} = 0.0;`))}
      for (var k = 0u; k < plan.depth; k += 4u) {
        ${loadsOf("a", leftForm(values), ROWS)}
        ${values.MASKED && "let inside = vec4<u32>(k, k + 1u, k + 2u, k + 3u) < vec4<u32>(plan.depth);"}
        ${each(ROWS, (r) => `let left_${r} = ${values.MASKED ? `select(vec4<f32>(0.0), a_${r}, inside)` : `a_${r}`};`)}
        ${loadsOf("b", rightForm(values), COLS)}
        ${each(4, (e) => each(COLS, (c) => each(ROWS, (r) => addTo(r, c, e))))}
      }
      let column = plan.out_column + lane * COLS;
      ${values.SELECTS ? selectRows(ROWS, values.TOKENS_PACKED) : storeRows(ROWS, COLS, values.OUT_VECTOR)}
    }
  `;

const addTo = (r: number, c: number, e: number) => `sum_${r}_${c} = fma(left_${r}[${e}], b_${c}[${e}], sum_${r}_${c});`;

const fourSums = (r: number, q: number) => each(4, (c) => `sum_${r}_${4 * q + c}`).join(", ");

const selectRows = (ROWS: number, tokensPacked: boolean) =>
  wgsl`
    let end = plan.a_end;
    ${each(ROWS / 8, (b) => selectEight(b, tokensPacked))}
  `;

const selectEight = (b: number, tokensPacked: boolean) =>
  wgsl`
    if (plan.a_first + ${8 * b}u < end) {
      let row = plan.a_first + ${8 * b}u;
      ${each(8, (r) => each(2, (g) => `let value_${r}_${g} = vec4<f32>(${fourSums(8 * b + r, g)});`))}
      ${selectionBlock(tokensPacked)}
    }
  `;

const storeRows = (ROWS: number, COLS: number, isVector: boolean) =>
  wgsl`
    let height = plan.a_end - plan.a_first;
    let width = plan.b_end - b_first;
    ${each(ROWS, (r) => storeRow(r, COLS, isVector))}
  `;

const storeRow = (r: number, COLS: number, isVector: boolean) =>
  wgsl`
    var row_${r} = -1;
    if (${r}u < height) {
      row_${r} = result_row(plan.out_row + ${r}u);
    }
    if (row_${r} >= 0) {
      let start_${r} = u32(row_${r}) * args.out_stride + column;
      ${isVector ? each(COLS / 4, (q) => storeFour(r, q)) : each(COLS, (c) => storeOne(r, c))}
    }
  `;

const storeFour = (r: number, q: number) =>
  wgsl`
    if (${4 * q}u < width) {
      store_four(start_${r} + ${4 * q}u, vec4<f32>(${fourSums(r, q)}));
    }
  `;

const storeOne = (r: number, c: number) =>
  wgsl`
    if (${c}u < width) {
      store_one(start_${r} + ${c}u, sum_${r}_${c});
    }
  `;
