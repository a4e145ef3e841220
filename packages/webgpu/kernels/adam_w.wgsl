fn update_unit(i: u32) {
  let rate = load_schedule(0u);
  let gradient = load_gradient_unit(i) * load_factor(0u);
  let mean = args.beta1 * load_mean_unit(i) + args.rest1 * gradient;
  let variance = args.beta2 * load_variance_unit(i) + args.rest2 * gradient * gradient;
  let update = mean * load_schedule(1u) / (sqrt(variance * load_schedule(2u)) + args.epsilon);
  let weight = load_weight_unit(i);
  let updated = weight - rate * (update + args.weight_decay * weight);
  store_mean_unit(i, mean);
  store_variance_unit(i, variance);
  store_weight_unit(i, updated);
//# if COPY
  store_copy_unit(i, updated);
//# end
}
