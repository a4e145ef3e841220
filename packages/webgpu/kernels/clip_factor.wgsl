@compute @workgroup_size(1)
fn main() {
  let factor = args.max_norm / (sqrt(load_squared_norm(0u)) + 1.0e-6);
  // Not min: that may swallow a NaN.
  store_out(0u, select(factor, 1.0, factor > 1.0));
}
