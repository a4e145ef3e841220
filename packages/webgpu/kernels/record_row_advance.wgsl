@compute @workgroup_size(1)
fn main() {
  store_cursor(0u, load_cursor(0u) + 1);
}
