// A product whose tiles go through workgroup memory: for GPUs. A workgroup of 8 × 8 invocations computes a tile of
// 8 ROWS × 8 COLS, SLICE elements of the sum at a time; each invocation loads a part of both slices, and computes
// ROWS × COLS sums in registers. The order of every sum is the same as without workgroup memory.
var<workgroup> a_tile: array<vec4<f32>, A_WORDS>;
var<workgroup> b_tile: array<vec4<f32>, B_WORDS>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let plan = plan_tile(group, 8u * ROWS, 8u * COLS);
  if (plan.a_first >= plan.a_end) {
    return;
  }
  let last = max(plan.depth, 1u) - 1u;
  let tile_row = lane / 8u * ROWS;
  let tile_column = lane % 8u * COLS;
//# for r < ROWS
//# for c < COLS
  var sum_${r}_$c = 0.0;
//# end
//# end
  for (var slice = 0u; slice < plan.depth; slice += SLICE) {
    workgroupBarrier();
    // An invocation loads some lines of a group of four elements of the sum.
    for (var part = lane; part < A_PARTS; part += 64u) {
//# if A_INNER
      let k = slice + part % (SLICE / 4u) * 4u;
      let a_line = part / (SLICE / 4u) * A_LINES;
//# end
//# if !A_INNER
      let k = slice + part / (8u * ROWS / A_LINES) * 4u;
      let a_line = part % (8u * ROWS / A_LINES) * A_LINES;
//# end
      let a_first = plan.a_first + a_line;
      if (k < plan.depth) {
LOAD_A
//# for o < A_LINES
        let a_inside_$o = select(vec4<f32>(0.0), a_$o, vec4<u32>(k, k + 1u, k + 2u, k + 3u) < vec4<u32>(plan.depth));
//# end
//# for e < 4
//# for q < A_LINES / 4
        a_tile[((k - slice + ${e}u) * 8u * ROWS + a_line) / 4u + ${q}u] = vec4<f32>(
          a_inside_${4 * q}[$e], a_inside_${4 * q + 1}[$e], a_inside_${4 * q + 2}[$e], a_inside_${4 * q + 3}[$e]);
//# end
//# end
      }
    }
    for (var part = lane; part < B_PARTS; part += 64u) {
//# if B_INNER
      let k = slice + part % (SLICE / 4u) * 4u;
      let b_line = part / (SLICE / 4u) * B_LINES;
//# end
//# if !B_INNER
      let k = slice + part / (8u * COLS / B_LINES) * 4u;
      let b_line = part % (8u * COLS / B_LINES) * B_LINES;
//# end
      let b_first = plan.b_first + b_line;
      if (k < plan.depth) {
LOAD_B
//# for e < 4
//# for q < B_LINES / 4
        b_tile[((k - slice + ${e}u) * 8u * COLS + b_line) / 4u + ${q}u] = vec4<f32>(
          b_${4 * q}[$e], b_${4 * q + 1}[$e], b_${4 * q + 2}[$e], b_${4 * q + 3}[$e]);
//# end
//# end
      }
    }
    workgroupBarrier();
    let end = (min(SLICE, plan.depth - slice) + 3u) / 4u * 4u;
    for (var k = 0u; k < end; k++) {
//# for q < ROWS / 4
      let left_$q = a_tile[(k * 8u * ROWS + tile_row) / 4u + ${q}u];
//# end
//# for q < COLS / 4
      let right_$q = b_tile[(k * 8u * COLS + tile_column) / 4u + ${q}u];
//# end
//# for r < ROWS
//# for c < COLS
      sum_${r}_$c = fma(left_${r / 4}[${r % 4}], right_${c / 4}[${c % 4}], sum_${r}_$c);
//# end
//# end
    }
  }
  let row = plan.out_row + tile_row;
  let column = plan.out_column + tile_column;
//# for r < ROWS
  if (plan.a_first + tile_row + ${r}u < plan.a_end) {
    let start_$r = (row + ${r}u) * args.out_stride + column;
//# if OUT_VECTOR
//# for q < COLS / 4
    if (plan.b_first + tile_column + ${4 * q}u < plan.b_end) {
      store_four(start_$r + ${4 * q}u, vec4<f32>(
        sum_${r}_${4 * q}, sum_${r}_${4 * q + 1}, sum_${r}_${4 * q + 2}, sum_${r}_${4 * q + 3}));
    }
//# end
//# end
//# if !OUT_VECTOR
//# for c < COLS
    if (plan.b_first + tile_column + ${c}u < plan.b_end) {
      store_one(start_$r + ${c}u, sum_${r}_$c);
    }
//# end
//# end
  }
//# end
}
