// One invocation selects from one block of 8 tokens times 8 neurons.
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let index = index_of(id, groups);
  let end = u32(load_offsets(args.experts));
  let column_blocks = (args.cols + 7u) / 8u;
  let column = index % column_blocks * 8u;
  let row = index / column_blocks * 8u;
  if (row >= end) {
    return;
  }
//# for r < 8
//# for g < 2
  var value_${r}_$g = vec4<f32>(0.0);
  if (row + ${r}u < end && column + ${4 * g}u < args.cols) {
    value_${r}_$g = load4_y((row + ${r}u) * args.cols + column + ${4 * g}u);
  }
//# end
//# end
SELECT_BLOCK
}
