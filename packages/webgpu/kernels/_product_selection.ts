import { each, wgsl } from "../_wgsl.ts";

/**
 * Selects from the sums of a workgroup's tile. The 4 × 4 sums of an invocation are half a word of metadata in each
 * direction; neighbours meet in workgroup memory that the product no longer needs, where 16 bits travel as a number.
 */
export const selectTile = (ROWS: number, COLS: number, tokensPacked: boolean): string =>
  wgsl`
    ${each(ROWS / 4, (q) => each(COLS / 4, (p) => selectBlock(q, p, tokensPacked)))}
    workgroupBarrier();
    ${STORE_NEURON_WORDS}
    ${tokensPacked && STORE_TOKEN_WORDS}
  `;

const selectBlock = (q: number, p: number, tokensPacked: boolean) =>
  wgsl`
    {
      let down = ${q}u * LANES_Y + lane_y;
      let right = ${p}u * LANES_X + lane_x;
      let row = plan.a_first + 4u * down;
      let column = plan.out_column + 4u * right;
      if (row < plan.a_end && column < args.cols) {
        var halves = vec4<f32>(0.0);
        var neuron_half = 0u;
        ${each(4, (r) => selectRow(r, 4 * q + r, p))}
        halves.x = f32(neuron_half);
        ${tokensPacked && "halves.y = f32(store_tokens(row, column, kept_0, kept_1, kept_2, kept_3));"}
        a_tile[right / 4u][right % 4u][down] = halves;
      }
    }
  `;

const selectRow = (r: number, sum: number, p: number) =>
  wgsl`
    let kept_${r} = select_group(
      row + ${r}u, column, vec4<f32>(${each(4, (c) => `sum_${sum}_${4 * p + c}`).join(", ")}));
    neuron_half |= kept_${r}.nibble << ${4 * r}u;
    store_neurons(row + ${r}u, column, kept_${r});
  `;

const STORE_NEURON_WORDS = wgsl`
  for (var i = lane; i < A_GROUPS / 2u * B_GROUPS; i += LANES) {
    let down = i / B_GROUPS * 2u;
    let right = i % B_GROUPS;
    let row = plan.a_first + 4u * down;
    let column = plan.out_column + 4u * right;
    if (row < plan.a_end && column < args.cols) {
      let low = u32(a_tile[right / 4u][right % 4u][down].x);
      store_neuron_words(row, column, low | (u32(a_tile[right / 4u][right % 4u][down + 1u].x) << 16u));
    }
  }
`;

const STORE_TOKEN_WORDS = wgsl`
  for (var i = lane; i < A_GROUPS * B_GROUPS / 2u; i += LANES) {
    let down = i / (B_GROUPS / 2u);
    let right = i % (B_GROUPS / 2u) * 2u;
    let row = plan.a_first + 4u * down;
    let column = plan.out_column + 4u * right;
    if (row < plan.a_end && column < args.cols) {
      var word = u32(a_tile[right / 4u][right % 4u][down].y);
      if (column + 4u < args.cols) {
        word |= u32(a_tile[right / 4u][right % 4u + 1u][down].y) << 16u;
      }
      store_token_words(row, column, word);
    }
  }
`;
