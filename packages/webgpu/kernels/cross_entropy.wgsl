@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = group.y * groups.x + group.x;
  if (row >= args.rows) {
    return;
  }
  let start = row * args.vocabulary;
  var own_largest = -3.0e38;
  for (var i = lane; i < args.vocabulary; i += 64u) {
    own_largest = max(own_largest, load_logits(start + i));
  }
  let largest = reduce_max(lane, own_largest);
  var own_total = 0.0;
  for (var i = lane; i < args.vocabulary; i += 64u) {
    own_total += exp_of(load_logits(start + i) - largest);
  }
  let total = reduce_sum(lane, own_total);
  let target_token = load_targets(row);
  let fits = u32(target_token) < args.vocabulary;
  // Of a row that counts nothing, whatever its scores are, or that has no such target.
  let other = select(args.not_a_number, 0.0, target_token == -1);
  if (lane == 0u) {
    var loss = other;
    if (fits) {
      // The largest is taken off first: it may dwarf the difference.
      loss = log_of(total) + (largest - load_logits(start + u32(target_token)));
    }
    store_losses(row, loss);
  }
//# if GRADIENT
  // Gradients may replace the logits: the loss has been read.
  storageBarrier();
  workgroupBarrier();
  var factor = args.scale;
//# if FACTOR
  factor *= load_factor(0u);
//# end
  let inverse = 1.0 / total;
  for (var i = lane; i < args.vocabulary; i += 64u) {
    let softmax = exp_of(load_logits(start + i) - largest) * inverse;
    let gradient = (softmax - select(0.0, 1.0, i32(i) == target_token)) * factor;
    store_d_logits(start + i, select(other, gradient, fits));
  }
//# end
}
