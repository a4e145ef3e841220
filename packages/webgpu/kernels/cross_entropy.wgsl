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
  if (lane == 0u) {
    var loss = 0.0;
    if (target_token >= 0) {
      // The largest is taken off first: it may dwarf the difference.
      loss = log_of(total) + (largest - load_logits(start + u32(target_token)));
    }
    store_losses(row, loss);
  }
//# if GRADIENT
  // Gradients may replace the logits: the loss has been read.
  storageBarrier();
  workgroupBarrier();
  let factor = select(0.0, args.scale, target_token >= 0);
  let inverse = 1.0 / total;
  for (var i = lane; i < args.vocabulary; i += 64u) {
    let softmax = exp_of(load_logits(start + i) - largest) * inverse;
    store_d_logits(start + i, (softmax - select(0.0, 1.0, i32(i) == target_token)) * factor);
  }
//# end
}
