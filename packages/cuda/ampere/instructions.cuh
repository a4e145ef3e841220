// The instructions of compute capability 8.0 that the products use, one inline function each, and nothing else: the
// rest of this folder is plain C++. "Shared" addresses are bytes in the shared window.
#pragma once

#include "../plain/shared_address.cuh"

/** Starts a copy of 16 bytes, past L1, if it is wanted: without a branch, so that it can be scheduled among other work.
 */
__device__ __forceinline__ void copyAsync16(unsigned shared, const void* global, bool wanted) {
  asm volatile(
      "{ .reg .pred p; setp.ne.b32 p, %2, 0; @p cp.async.cg.shared.global.L2::128B [%0], [%1], 16; }" ::"r"(shared),
      "l"(global), "r"(static_cast<int>(wanted))
      : "memory");
}

/** Ends a group of copies, which may be empty. */
__device__ __forceinline__ void commitCopies() { asm volatile("cp.async.commit_group;" ::: "memory"); }

/** Waits until at most PENDING groups of this thread are under way. */
template <int PENDING>
__device__ __forceinline__ void waitCopies() {
  asm volatile("cp.async.wait_group %0;" ::"n"(PENDING) : "memory");
}

/** Four 8 x 8 matrices of 16 bits; lane l names row l % 8 of matrix l / 8. Lane l gets elements 2 (l % 4) and the next
 * of row l / 4 of each, or of each transposed. */
template <bool TRANSPOSED>
__device__ __forceinline__ void loadMatrices(unsigned (&r)[4], unsigned shared) {
  if constexpr (TRANSPOSED) {
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0, %1, %2, %3}, [%4];"
                 : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3])
                 : "r"(shared)
                 : "memory");
  } else {
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
                 : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3])
                 : "r"(shared)
                 : "memory");
  }
}

/** Transposes an 8 x 8 matrix of 16 bits that lies in the registers of a warp. */
__device__ __forceinline__ unsigned transposeMatrix(unsigned row) {
  unsigned column;
  asm volatile("movmatrix.sync.aligned.m8n8.trans.b16 %0, %1;" : "=r"(column) : "r"(row));
  return column;
}

/** d[16, 8] += a[16, 16] b[16, 8]. */
__device__ __forceinline__ void multiplyDense(float (&d)[4], const unsigned (&a)[4], const unsigned* b) {
  asm volatile(
      "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, "
      "%3};"
      : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}

/** d[16, 8] += a[16, 32] b[32, 8], a 2:4 along its rows and packed; lanes 2 SELECTOR and the next of every four give
 * the metadata. */
template <int SELECTOR>
__device__ __forceinline__ void multiplySparse(float (&d)[4], const unsigned (&a)[4], const unsigned* b,
                                               unsigned metadata) {
  asm volatile(
      "mma.sp::ordered_metadata.sync.aligned.m16n8k32.row.col.f32.bf16.bf16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, "
      "{%8, %9, %10, %11}, {%0, %1, %2, %3}, %12, %13;"
      : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]), "r"(b[2]), "r"(b[3]), "r"(metadata),
        "n"(SELECTOR));
}

__device__ __forceinline__ void storeShared(unsigned shared, unsigned value) {
  asm volatile("st.shared.u32 [%0], %1;" ::"r"(shared), "r"(value) : "memory");
}

__device__ __forceinline__ uint4 loadShared(unsigned shared) {
  uint4 v;
  asm volatile("ld.shared.v4.u32 {%0, %1, %2, %3}, [%4];"
               : "=r"(v.x), "=r"(v.y), "=r"(v.z), "=r"(v.w)
               : "r"(shared)
               : "memory");
  return v;
}

__device__ __forceinline__ void storeGlobal(void* global, const uint4& v) {
  asm volatile("st.global.v4.u32 [%0], {%1, %2, %3, %4};" ::"l"(global), "r"(v.x), "r"(v.y), "r"(v.z), "r"(v.w)
               : "memory");
}

/** A word that no kernel writes meanwhile. */
__device__ __forceinline__ unsigned loadConstant(const unsigned* global) {
  unsigned word;
  asm volatile("ld.global.nc.u32 %0, [%1];" : "=r"(word) : "l"(global));
  return word;
}

/** Brings the 32 bytes around an address to L2. */
__device__ __forceinline__ void prefetch(const void* global) { asm volatile("prefetch.global.L2 [%0];" ::"l"(global)); }
