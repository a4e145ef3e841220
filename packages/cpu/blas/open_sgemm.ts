/** What the WebAssembly module calls: row-major c[m, n] = op(a) · op(b) + beta · c, addresses in its memory. */
export type Sgemm = (
  transposeA: number,
  transposeB: number,
  m: number,
  n: number,
  k: number,
  a: number,
  lda: number,
  b: number,
  ldb: number,
  beta: number,
  c: number,
  ldc: number,
) => void;

/**
 * Opens `cblas_sgemm` of a library for a WebAssembly memory that starts at a native address.
 *
 * It runs in every thread and travels there as source text, so it uses nothing from outside of itself. Addresses are
 * passed as numbers: they are below 2^53, and no pointer object is made for a call. Sizes are passed as 64 bits: a
 * library with 32-bit integers looks at the lower half, and one with 64-bit integers works instead of ending the
 * process. Only Apple's convention packs arguments closer than that.
 *
 * @param path The library.
 * @param base Native address of the memory.
 * @returns The product, and the way to close the library.
 */
export function openSgemm(path: string, base: number): { sgemm: Sgemm; close: () => void } {
  const size = Deno.build.os === "darwin" ? "i32" : "i64";
  const library = Deno.dlopen(path, {
    cblas_sgemm: {
      parameters: ["i32", "i32", "i32", size, size, size, "f32", "u64", size, "u64", size, "f32", "u64", size],
      result: "void",
    },
  });
  const call = library.symbols.cblas_sgemm as unknown as (...values: number[]) => void;
  // The numbers are those of cblas.h: row-major order, no transpose, transpose. WebAssembly hands addresses over
  // signed.
  const form = (transpose: number) => transpose ? 112 : 111;
  const native = (address: number) => base + (address >>> 0);
  const sgemm: Sgemm = (transposeA, transposeB, m, n, k, a, lda, b, ldb, beta, c, ldc) =>
    call(101, form(transposeA), form(transposeB), m, n, k, 1, native(a), lda, native(b), ldb, beta, native(c), ldc);
  return { sgemm, close: () => library.close() };
}
