// means[e] = the mean of the rows of cluster e, scaled to unit length: a thread takes whole clusters.
// Arguments: weights, means, experts, features D, cluster C.
import { address, argument, shareEnd, shareStart } from "./runtime";

function accumulateRow(row: usize, mean: usize, features: i32): void {
  let d = 0;
  for (; d + 4 <= features; d += 4) {
    const o = <usize>d << 2;
    v128.store(mean + o, f32x4.add(v128.load(mean + o), v128.load(row + o)));
  }
  for (; d < features; d++) {
    const o = <usize>d << 2;
    store<f32>(mean + o, load<f32>(mean + o) + load<f32>(row + o));
  }
}

export function clusterMeans(): void {
  const weights = address(0), means = address(1), features = argument(3), cluster = argument(4);
  const width = <usize>features << 2, end = shareEnd(argument(2));
  for (let e = shareStart(argument(2)); e < end; e++) {
    const mean = means + <usize>e * width, first = weights + <usize>(e * cluster) * width;
    memory.fill(mean, 0, width);
    for (let j = 0; j < cluster; j++) accumulateRow(first + <usize>j * width, mean, features);
    let squares: f64 = 0;
    for (let d = 0; d < features; d++) {
      const value = <f64>load<f32>(mean + (<usize>d << 2));
      squares += value * value;
    }
    // The direction of the sum is the direction of the mean.
    const inverse: f64 = squares > 0 ? 1 / sqrt(squares) : 1;
    for (let d = 0; d < features; d++) {
      const p = mean + (<usize>d << 2);
      store<f32>(p, <f32>(<f64>load<f32>(p) * inverse));
    }
  }
}
