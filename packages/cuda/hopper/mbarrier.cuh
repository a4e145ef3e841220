// Shared-memory barriers of Hopper (PTX ISA "mbarrier"): addresses are 32-bit shared-window addresses.
#pragma once

#include "../plain/shared_address.cuh"

__device__ __forceinline__ void initBarrier(unsigned barrier, unsigned arrivals) {
  asm volatile("mbarrier.init.shared::cta.b64 [%0], %1;" ::"r"(barrier), "r"(arrivals) : "memory");
}

/** Makes initialised barriers visible to the copy engine. */
__device__ __forceinline__ void publishBarriers() { asm volatile("fence.mbarrier_init.release.cluster;" ::: "memory"); }

/** One arrival that also announces the bytes which copies will complete on this barrier. */
__device__ __forceinline__ void arriveExpecting(unsigned barrier, unsigned bytes) {
  asm volatile("mbarrier.arrive.expect_tx.shared::cta.b64 _, [%0], %1;" ::"r"(barrier), "r"(bytes) : "memory");
}

__device__ __forceinline__ void arrive(unsigned barrier) {
  asm volatile("mbarrier.arrive.shared::cta.b64 _, [%0];" ::"r"(barrier) : "memory");
}

/** Returns once the phase with this parity is complete. */
__device__ __forceinline__ void waitBarrier(unsigned barrier, unsigned parity) {
  asm volatile(
      "{ .reg .pred done;\n"
      "again: mbarrier.try_wait.parity.shared::cta.b64 done, [%0], %1;\n"
      "@!done bra again; }" ::"r"(barrier),
      "r"(parity)
      : "memory");
}

/** Barrier `id` (1..15) among `threads` threads of the block. */
__device__ __forceinline__ void syncNamed(unsigned id, unsigned threads) {
  asm volatile("bar.sync %0, %1;" ::"r"(id), "r"(threads) : "memory");
}

/** Makes what cp.async wrote to shared memory before a barrier visible to wgmma behind it. */
__device__ __forceinline__ void fenceCopies() { asm volatile("fence.proxy.async.shared::cta;" ::: "memory"); }
