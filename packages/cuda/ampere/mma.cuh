// Tensor-core products of one warp (compute capability 8.0): mma.sync.m16n8k16, ldmatrix, cp.async. With g = lane / 4
// and t = lane % 4 a lane holds of A (16 x 16) rows g and g + 8, columns 2t, 2t + 1, 2t + 8, 2t + 9; of B (16 x 8) the
// same rows of column g; of D (16 x 8) rows g (d[0], d[1]) and g + 8 (d[2], d[3]), columns 2t and 2t + 1.
#pragma once

#include "../plain/shared_address.cuh"

/** D += A B in f32. */
__device__ __forceinline__ void multiplyAccumulate(float (&d)[4], const unsigned (&a)[4], unsigned b0, unsigned b1) {
  asm("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, "
      "%3};"
      : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));
}

/** Four 8 x 8 matrices: lane l gives the address of row l % 8 of matrix l / 8 and receives (g, 2t), (g, 2t + 1) of
 * each. */
__device__ __forceinline__ void loadMatrices(unsigned (&to)[4], unsigned address) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
               : "=r"(to[0]), "=r"(to[1]), "=r"(to[2]), "=r"(to[3])
               : "r"(address)
               : "memory");
}

/** The same, transposed: a lane receives (2t, g), (2t + 1, g) of each. */
__device__ __forceinline__ void loadTransposed(unsigned (&to)[4], unsigned address) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0, %1, %2, %3}, [%4];"
               : "=r"(to[0]), "=r"(to[1]), "=r"(to[2]), "=r"(to[3])
               : "r"(address)
               : "memory");
}

/** Starts a copy of 16 bytes to shared memory; zeros when `inside` is false. */
__device__ __forceinline__ void copy16(unsigned to, const void* from, bool inside) {
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"(to), "l"(from), "r"(inside ? 16 : 0) : "memory");
}

/** The same for 4 bytes. */
__device__ __forceinline__ void copy4(unsigned to, const void* from, bool inside) {
  asm volatile("cp.async.ca.shared.global [%0], [%1], 4, %2;" ::"r"(to), "l"(from), "r"(inside ? 4 : 0) : "memory");
}

/** Waits for the copies that this thread started. */
__device__ __forceinline__ void waitForCopies() { asm volatile("cp.async.wait_all;" ::: "memory"); }

/** 2 to the power of x. */
__device__ __forceinline__ float powerOfTwo(float x) {
  float result;
  asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(result) : "f"(x));
  return result;
}
