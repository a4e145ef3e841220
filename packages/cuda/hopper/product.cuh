// The product kernel family: persistent, warp-specialised (one producer warpgroup, two consumer warpgroups), TMA +
// wgmma. D[M, N] = A[M, K] B[K, N] per expert, A dense or 2:4 packed along K, bf16 in, f32 accumulators. Launch
// geometry, tensor maps and memory layouts: README.md beside this file.
#pragma once
#include "product_consumer.cuh"
#include "product_gather.cuh"

__device__ __forceinline__ void prefetch(const TensorMap& map) { prefetchMap(map); }
__device__ __forceinline__ void prefetch(const GatheredRows&) {}

/** B is read through a tensor map, or gathered. */
template <class S, class B>
__device__ __forceinline__ void product(const TensorMap& a, const B& b, const unsigned* metadata, int metadataRows,
                                        const Store& store, const Problem& problem) {
  extern __shared__ unsigned char shared[];
  __shared__ __align__(16) unsigned char queueBytes[sizeof(TileQueue<S>)];
  TileQueue<S>& queue = *reinterpret_cast<TileQueue<S>*>(queueBytes);
  const unsigned stages = (sharedAddress(shared) + 1023) & ~1023u;
  constexpr unsigned CONSUMER_WARPS = 8;
  if (threadIdx.x == 0) {
    prefetchMap(a);
    prefetch(b);
    for (int i = 0; i < S::STAGES; i++) {
      initBarrier(stages + S::FULL + 8 * i, S::GATHERED ? 129 : 1);  // the TMA thread, and all that gather
      initBarrier(stages + S::EMPTY + 8 * i, CONSUMER_WARPS);
    }
    for (int i = 0; i < TileQueue<S>::SLOTS; i++) {
      initBarrier(sharedAddress(&queue.full[i]), 1);
      initBarrier(sharedAddress(&queue.empty[i]), CONSUMER_WARPS);
    }
    publishBarriers();
  }
  __syncthreads();
  const int warpgroup = threadIdx.x / 128;
  if (warpgroup == 0) {
    asm volatile("setmaxnreg.dec.sync.aligned.u32 40;");
    produce<S>(a, b, problem, stages, queue);
  } else {
    asm volatile("setmaxnreg.inc.sync.aligned.u32 232;");
    consume<S>(metadata, metadataRows, store, problem, stages, warpgroup - 1, queue);
  }
}

/** The kernel of a shape; the names of its parameters are explained in README.md, "Products". */
#define PRODUCT(name, ...)                                                                                             \
  extern "C" __global__ void __launch_bounds__(ProductShape<__VA_ARGS__>::THREADS, 1)                                  \
      name(const __grid_constant__ TensorMap a, const __grid_constant__ TensorMap b, const unsigned* metadata,         \
           void* out, const int* offsets, const int* rowMap, int experts, int neurons, int features, int metadataRows, \
           int accumulate, float* energies) {                                                                          \
    product<ProductShape<__VA_ARGS__>>(a, b, metadata, metadataRows, Store{out, rowMap, accumulate, energies},         \
                                       Problem{offsets, experts, neurons, features});                                  \
  }

/** The kernel of a shape that gathers its tokens. */
#define GATHERED_PRODUCT(name, ...)                                                                          \
  extern "C" __global__ void __launch_bounds__(ProductShape<__VA_ARGS__>::THREADS, 1)                        \
      name(const __grid_constant__ TensorMap a, const unsigned short* rows, const int* order, int replicas,  \
           const unsigned* metadata, void* out, const int* offsets, int experts, int neurons, int features,  \
           int metadataRows, int accumulate) {                                                               \
    product<ProductShape<__VA_ARGS__, true>>(a, GatheredRows{rows, order, replicas}, metadata, metadataRows, \
                                             Store{out, nullptr, accumulate, nullptr},                       \
                                             Problem{offsets, experts, neurons, features});                  \
  }
