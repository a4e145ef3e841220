// A product whose tiles go through workgroup memory: for GPUs. A workgroup of LANES_Y × LANES_X invocations computes a tile
// of the result, SLICE elements of the sum at a time; each invocation computes ROWS × COLS sums in registers, in blocks of
// 4 × 4 that lie LANES apart, so that neighbours read neighbouring vectors. While a slice is multiplied the next one is on its
// way into registers. The order of every sum is the same as without workgroup memory.
//
// Vector g of element 4 fours + e of a slice lies at [fours][e][g ^ turn(fours)]: neither the transposing stores nor the loads
// of eight neighbours meet in a memory bank. Three dimensions, because every index that is no constant is checked.
var<workgroup> a_tile: array<array<array<vec4<f32>, A_GROUPS>, 4>, FOURS>;
var<workgroup> b_tile: array<array<array<vec4<f32>, B_GROUPS>, 4>, FOURS>;

fn turn(fours: u32) -> u32 {
  return (fours * TURN) & 7u;
}

// An invocation loads parts of four elements of the sum times four lines: neighbouring parts are neighbours in memory.
fn a_place(part: u32) -> vec2<u32> {
//# if A_INNER
  return vec2<u32>(part % FOURS, part / FOURS);
//# end
//# if !A_INNER
  return vec2<u32>(part / A_GROUPS, part % A_GROUPS);
//# end
}

fn b_place(part: u32) -> vec2<u32> {
//# if B_INNER
  return vec2<u32>(part % FOURS, part / FOURS);
//# end
//# if !B_INNER
  return vec2<u32>(part / B_GROUPS, part % B_GROUPS);
//# end
}

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
//# for r < ROWS
//# for c < COLS
  var sum_${r}_$c = 0.0;
//# end
//# end
//# for p < PARTS
//# for e < 4
  var next_${p}_$e = vec4<f32>(0.0);
//# end
//# end
  let slices = (plan.depth + SLICE - 1u) / SLICE;
  for (var slice = 0u; slice <= slices; slice++) {
//# for p < PARTS
    let part_$p = lane + ${p}u * LANES;
    if (part_$p < A_PARTS) {
      let place = a_place(part_$p);
      let k = slice * SLICE + 4u * place.x;
      let a_first = plan.a_first + 4u * place.y;
      if (k < plan.depth) {
LOAD_A
//# for e < 4
        next_${p}_$e = vec4<f32>(a_0[$e], a_1[$e], a_2[$e], a_3[$e]);
//# if MASKED
        if (k + ${e}u >= plan.depth) {
          next_${p}_$e = vec4<f32>(0.0);
        }
//# end
//# end
      } else {
//# for e < 4
        next_${p}_$e = vec4<f32>(0.0);
//# end
      }
    } else if (part_$p < A_PARTS + B_PARTS) {
      let place = b_place(part_$p - A_PARTS);
      let k = slice * SLICE + 4u * place.x;
      let b_first = plan.b_first + 4u * place.y;
      if (k < plan.depth) {
LOAD_B
//# for e < 4
        next_${p}_$e = vec4<f32>(b_0[$e], b_1[$e], b_2[$e], b_3[$e]);
//# if MASKED
        if (k + ${e}u >= plan.depth) {
          next_${p}_$e = vec4<f32>(0.0);
        }
//# end
//# end
      } else {
//# for e < 4
        next_${p}_$e = vec4<f32>(0.0);
//# end
      }
    }
//# end
    if (slice > 0u) {
      for (var step = 0u; step < FOURS; step += UNROLL) {
//# for u < UNROLL
        let turn_$u = turn(step + ${u}u);
//# for q < ROWS / 4
        let a_at_${u}_$q = (${q}u * LANES_Y + lane_y) ^ turn_$u;
//# end
//# for q < COLS / 4
        let b_at_${u}_$q = (${q}u * LANES_X + lane_x) ^ turn_$u;
//# end
//# for e < 4
        {
//# for q < ROWS / 4
          let left_$q = a_tile[step + ${u}u][$e][a_at_${u}_$q];
//# end
//# for q < COLS / 4
          let right_$q = b_tile[step + ${u}u][$e][b_at_${u}_$q];
//# end
//# for r < ROWS
//# for c < COLS
          sum_${r}_$c = fma(left_${r / 4}[${r % 4}], right_${c / 4}[${c % 4}], sum_${r}_$c);
//# end
//# end
        }
//# end
//# end
      }
    }
    workgroupBarrier();
//# for p < PARTS
    if (part_$p < A_PARTS) {
      let place = a_place(part_$p);
      let at = place.y ^ turn(place.x);
//# for e < 4
      a_tile[place.x][$e][at] = next_${p}_$e;
//# end
    } else if (part_$p < A_PARTS + B_PARTS) {
      let place = b_place(part_$p - A_PARTS);
      let at = place.y ^ turn(place.x);
//# for e < 4
      b_tile[place.x][$e][at] = next_${p}_$e;
//# end
    }
//# end
    workgroupBarrier();
  }
//# if SELECTS
SELECT_TILE
//# end
//# if !SELECTS
//# for r < ROWS
  let tile_row_$r = 4u * (${r / 4}u * LANES_Y + lane_y) + ${r % 4}u;
  var row_$r = -1;
  if (plan.a_first + tile_row_$r < plan.a_end) {
    row_$r = result_row(plan.out_row + tile_row_$r);
  }
  if (row_$r >= 0) {
    let start_$r = u32(row_$r) * args.out_stride + plan.out_column;
//# for q < COLS / 4
    {
      let tile_column = 4u * (${q}u * LANES_X + lane_x);
//# if OUT_VECTOR
      if (plan.b_first + tile_column < plan.b_end) {
        store_four(start_$r + tile_column, vec4<f32>(
          sum_${r}_${4 * q}, sum_${r}_${4 * q + 1}, sum_${r}_${4 * q + 2}, sum_${r}_${4 * q + 3}));
      }
//# end
//# if !OUT_VECTOR
//# for c < 4
      if (plan.b_first + tile_column + ${c}u < plan.b_end) {
        store_one(start_$r + tile_column + ${c}u, sum_${r}_${4 * q + c});
      }
//# end
//# end
    }
//# end
  }
//# end
//# end
}
