@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = index_of(id, groups);
  if (i >= args.count) {
    return;
  }
  let rate = load_schedule(0u);
  let gradient = load_gradient(i) * load_factor(0u);
  let mean = args.beta1 * load_mean(i) + args.rest1 * gradient;
  let variance = args.beta2 * load_variance(i) + args.rest2 * gradient * gradient;
  let update = mean * load_schedule(1u) / (sqrt(variance * load_schedule(2u)) + args.epsilon);
  let weight = load_weight(i);
  let updated = weight - rate * (update + args.weight_decay * weight);
  store_mean(i, mean);
  store_variance(i, variance);
  store_weight(i, updated);
//# if COPY
  store_copy(i, updated);
//# end
}
