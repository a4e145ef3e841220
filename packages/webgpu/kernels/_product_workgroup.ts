import { loadsOf, type OperandForm } from "./_product_operand.ts";
import { selectTile } from "./_product_selection.ts";
import { leftForm, type ProductValues, rightForm } from "./_product_values.ts";
import { each, wgsl } from "../_wgsl.ts";

/** A tile in workgroup memory; all of it are constants of the text, too. */
export type WorkgroupTile = {
  /** Invocations. */
  readonly LANES: number;
  /** Invocations side by side. */
  readonly LANES_X: number;
  /** Invocations one below the other. */
  readonly LANES_Y: number;
  /** Rows of the result that an invocation computes. */
  readonly ROWS: number;
  /** Columns of the result that an invocation computes. */
  readonly COLS: number;
  /** Elements of the sum that are in workgroup memory at a time. */
  readonly SLICE: number;
  /** Fours of lines times fours of elements of the left operand in a slice. */
  readonly A_PARTS: number;
  /** The same of the right operand. */
  readonly B_PARTS: number;
  /** Parts that an invocation loads. */
  readonly PARTS: number;
  /** Fours of lines of the left operand. */
  readonly A_GROUPS: number;
  /** Fours of lines of the right operand. */
  readonly B_GROUPS: number;
  /** Fours of elements in a slice. */
  readonly FOURS: number;
  /** By how much neighbouring fours of elements are turned against each other. */
  readonly TURN: number;
  /** Fours of elements in a round of the loop. */
  readonly UNROLL: number;
};

/**
 * A product whose tiles go through workgroup memory: for GPUs. A workgroup of LANES_Y × LANES_X invocations computes a
 * tile of the result, SLICE elements of the sum at a time; each invocation computes ROWS × COLS sums in registers, in
 * blocks of 4 × 4 that lie LANES apart, so that neighbours read neighbouring vectors. While a slice is multiplied the
 * next one is on its way into registers. The order of every sum is the same as without workgroup memory.
 *
 * Vector g of element 4 fours + e of a slice lies at [fours][e][g ^ turn(fours)]: neither the transposing stores nor
 * the loads of eight neighbours meet in a memory bank. Three dimensions, because every index that is no constant is
 * checked.
 */
export const workgroupText = ({ ROWS, COLS, PARTS, UNROLL, ...values }: WorkgroupTile & ProductValues): string =>
  wgsl`
    var<workgroup> a_tile: array<array<array<vec4<f32>, A_GROUPS>, 4>, FOURS>;
    var<workgroup> b_tile: array<array<array<vec4<f32>, B_GROUPS>, 4>, FOURS>;

    fn turn(fours: u32) -> u32 {
      return (fours * TURN) & 7u;
    }

    // An invocation loads parts of four elements of the sum times four lines: neighbouring parts are neighbours in
    // memory.
    ${placeOfPart("a", values.A_INNER)}

    ${placeOfPart("b", values.B_INNER)}

    @compute @workgroup_size(LANES)
    fn main(
      @builtin(workgroup_id) id: vec3<u32>,
      @builtin(num_workgroups) groups: vec3<u32>,
      @builtin(local_invocation_index) lane: u32,
    ) {
      let group = place_of(id, groups);
      if (!is_in_grid(group)) {
        return;
      }
      let plan = plan_tile(group, 4u * A_GROUPS, 4u * B_GROUPS);
      if (plan.a_first >= plan.a_end) {
        return;
      }
      let last = max(plan.depth, 1u) - 1u;
      let lane_y = lane / LANES_X;
      let lane_x = lane % LANES_X;
      ${each(ROWS, (r) => each(COLS, (c) => `var sum_${r}_${c} = 0.0;`))}
      ${each(PARTS, (p) => each(4, (e) => `var next_${p}_${e} = vec4<f32>(0.0);`))}
      let slices = (plan.depth + SLICE - 1u) / SLICE;
      for (var slice = 0u; slice <= slices; slice++) {
        ${each(PARTS, (p) => loadPart(p, values))}
        if (slice > 0u) {
          for (var step = 0u; step < FOURS; step += UNROLL) {
            ${each(UNROLL, (u) => multiplyFour(u, ROWS, COLS))}
          }
        }
        workgroupBarrier();
        ${each(PARTS, storePart)}
        workgroupBarrier();
      }
      ${values.SELECTS && selectTile(ROWS, COLS, values.TOKENS_PACKED)}
      ${!values.SELECTS && each(ROWS, (r) => storeRow(r, COLS, values.OUT_VECTOR))}
    }
  `;

function placeOfPart(name: "a" | "b", isInner: boolean): string {
  const groups = `${name.toUpperCase()}_GROUPS`;
  const place = isInner ? "part % FOURS, part / FOURS" : `part / ${groups}, part % ${groups}`;
  return wgsl`
    fn ${name}_place(part: u32) -> vec2<u32> {
      return vec2<u32>(${place});
    }
  `;
}

const loadPart = (p: number, values: ProductValues) =>
  wgsl`
    let part_${p} = lane + ${p}u * LANES;
    if (part_${p} < A_PARTS) {
      let place = a_place(part_${p});
      ${loadFours(p, "a", leftForm(values), values.MASKED)}
    } else if (part_${p} < A_PARTS + B_PARTS) {
      let place = b_place(part_${p} - A_PARTS);
      ${loadFours(p, "b", rightForm(values), values.MASKED)}
    }
  `;

const loadFours = (p: number, name: "a" | "b", form: OperandForm, isMasked: boolean) =>
  wgsl`
    let k = slice * SLICE + 4u * place.x;
    let ${name}_first = plan.${name}_first + 4u * place.y;
    if (k < plan.depth) {
      ${loadsOf(name, form, 4)}
      ${each(4, (e) => [transposed(p, e, name), isMasked && clearBehindEnd(p, e)])}
    } else {
      ${each(4, (e) => `next_${p}_${e} = vec4<f32>(0.0);`)}
    }
  `;

const transposed = (p: number, e: number, name: "a" | "b") =>
  `next_${p}_${e} = vec4<f32>(${each(4, (o) => `${name}_${o}[${e}]`).join(", ")});`;

const clearBehindEnd = (p: number, e: number) =>
  wgsl`
    if (k + ${e}u >= plan.depth) {
      next_${p}_${e} = vec4<f32>(0.0);
    }
  `;

/** Multiplies four elements of the sum. */
const multiplyFour = (u: number, ROWS: number, COLS: number) =>
  wgsl`
    let turn_${u} = turn(step + ${u}u);
    ${each(ROWS / 4, (q) => `let a_at_${u}_${q} = (${q}u * LANES_Y + lane_y) ^ turn_${u};`)}
    ${each(COLS / 4, (q) => `let b_at_${u}_${q} = (${q}u * LANES_X + lane_x) ^ turn_${u};`)}
    ${each(4, (e) => multiplyOne(u, e, ROWS, COLS))}
  `;

const multiplyOne = (u: number, e: number, ROWS: number, COLS: number) =>
  wgsl`
    {
      ${each(ROWS / 4, (q) => `let left_${q} = a_tile[step + ${u}u][${e}][a_at_${u}_${q}];`)}
      ${each(COLS / 4, (q) => `let right_${q} = b_tile[step + ${u}u][${e}][b_at_${u}_${q}];`)}
      ${each(ROWS, (r) => each(COLS, (c) => addTo(r, c)))}
    }
  `;

const addTo = (r: number, c: number) =>
  `sum_${r}_${c} = fma(left_${r >> 2}[${r & 3}], right_${c >> 2}[${c & 3}], sum_${r}_${c});`;

const storePart = (p: number) =>
  wgsl`
    if (part_${p} < A_PARTS) {
      let place = a_place(part_${p});
      let at = place.y ^ turn(place.x);
      ${each(4, (e) => `a_tile[place.x][${e}][at] = next_${p}_${e};`)}
    } else if (part_${p} < A_PARTS + B_PARTS) {
      let place = b_place(part_${p} - A_PARTS);
      let at = place.y ^ turn(place.x);
      ${each(4, (e) => `b_tile[place.x][${e}][at] = next_${p}_${e};`)}
    }
  `;

const storeRow = (r: number, COLS: number, isVector: boolean) =>
  wgsl`
    let tile_row_${r} = 4u * (${r >> 2}u * LANES_Y + lane_y) + ${r & 3}u;
    var row_${r} = -1;
    if (plan.a_first + tile_row_${r} < plan.a_end) {
      row_${r} = result_row(plan.out_row + tile_row_${r});
    }
    if (row_${r} >= 0) {
      let start_${r} = u32(row_${r}) * args.out_stride + plan.out_column;
      ${each(COLS / 4, (q) => storeColumns(r, q, isVector))}
    }
  `;

const storeColumns = (r: number, q: number, isVector: boolean) =>
  wgsl`
    {
      let tile_column = 4u * (${q}u * LANES_X + lane_x);
      ${isVector ? storeFour(r, q) : each(4, (c) => storeOne(r, q, c))}
    }
  `;

const storeFour = (r: number, q: number) =>
  wgsl`
    if (plan.b_first + tile_column < plan.b_end) {
      store_four(start_${r} + tile_column, vec4<f32>(${each(4, (c) => `sum_${r}_${4 * q + c}`).join(", ")}));
    }
  `;

const storeOne = (r: number, q: number, c: number) =>
  wgsl`
    if (plan.b_first + tile_column + ${c}u < plan.b_end) {
      store_one(start_${r} + tile_column + ${c}u, sum_${r}_${4 * q + c});
    }
  `;
