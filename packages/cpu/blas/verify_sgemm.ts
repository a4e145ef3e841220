import type { Machine } from "../wasm/machine.ts";
import { BlasError } from "./blas_error.ts";

const [M, N, K] = [3, 5, 7];

/**
 * Multiplies two small integer matrices through the library: another calling convention must not give wrong numbers
 * silently.
 *
 * @throws {BlasError} when the product is wrong
 */
export function verifySgemm(machine: Machine, name: string): void {
  const { memory } = machine;
  const address = memory.allocate(4096);
  const a = machine.floats(address, M * K).map((_, i) => (i * 5) % 7 - 3);
  const b = machine.floats(address, K * N).map((_, i) => (i * 3) % 11 - 5);
  const [atB, atOut] = [address + 1024, address + 2048];
  machine.floats(address, M * K).set(a);
  machine.floats(atB, K * N).set(b);
  machine.run("matmul", address, 4 * K, 4, atB, 4 * N, 4, atOut, 4 * N, M, N, K, 0);
  const out = machine.floats(atOut, M * N).slice();
  memory.release(address, 4096);
  for (let i = 0; i < M; i++) {
    for (let j = 0; j < N; j++) {
      let sum = 0;
      for (let k = 0; k < K; k++) sum += (a[i * K + k] ?? NaN) * (b[k * N + j] ?? NaN);
      if (sum === out[i * N + j]) continue;
      throw new BlasError(
        `Cannot use ${name} as its cblas_sgemm multiplies wrongly (another calling convention?): take another library`,
      );
    }
  }
}
