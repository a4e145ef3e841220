// A product whose tiles live in registers: for adapters that simulate a GPU on a CPU, where every load is slow, workgroup
// memory is no faster than any other, and registers spill into the first-level cache. One invocation computes ROWS × COLS.
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
//# for r < ROWS
//# for c < COLS
  var sum_${r}_$c = 0.0;
//# end
//# end
  for (var k = 0u; k < plan.depth; k += 4u) {
LOAD_A
//# if MASKED
    let inside = vec4<u32>(k, k + 1u, k + 2u, k + 3u) < vec4<u32>(plan.depth);
//# for r < ROWS
    let left_$r = select(vec4<f32>(0.0), a_$r, inside);
//# end
//# end
//# if !MASKED
//# for r < ROWS
    let left_$r = a_$r;
//# end
//# end
LOAD_B
//# for e < 4
//# for c < COLS
//# for r < ROWS
    sum_${r}_$c = fma(left_$r[$e], b_$c[$e], sum_${r}_$c);
//# end
//# end
//# end
  }
  let column = plan.out_column + lane * COLS;
//# if SELECTS
  let end = plan.a_end;
//# for b < ROWS / 8
  if (plan.a_first + ${8 * b}u < end) {
    let row = plan.a_first + ${8 * b}u;
//# for r < 8
//# for g < 2
    let value_${r}_$g = vec4<f32>(
      sum_${8 * b + r}_${4 * g}, sum_${8 * b + r}_${4 * g + 1}, sum_${8 * b + r}_${4 * g + 2}, sum_${8 * b + r}_${4 * g + 3});
//# end
//# end
SELECT_BLOCK
  }
//# end
//# end
//# if !SELECTS
  let height = plan.a_end - plan.a_first;
  let width = plan.b_end - b_first;
//# for r < ROWS
  var row_$r = -1;
  if (${r}u < height) {
    row_$r = result_row(plan.out_row + ${r}u);
  }
  if (row_$r >= 0) {
    let start_$r = u32(row_$r) * args.out_stride + column;
//# if OUT_VECTOR
//# for q < COLS / 4
    if (${4 * q}u < width) {
      store_four(start_$r + ${4 * q}u, vec4<f32>(
        sum_${r}_${4 * q}, sum_${r}_${4 * q + 1}, sum_${r}_${4 * q + 2}, sum_${r}_${4 * q + 3}));
    }
//# end
//# end
//# if !OUT_VECTOR
//# for c < COLS
    if (${c}u < width) {
      store_one(start_$r + ${c}u, sum_${r}_$c);
    }
//# end
//# end
  }
//# end
//# end
}
