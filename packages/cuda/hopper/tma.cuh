// Tiled bulk copies global -> shared (TMA). The maps are made on the host (cuTensorMapEncodeTiled) and passed by value.
#pragma once

/** Stand-in for CUtensorMap: 128 opaque bytes; the driver wants them 64-byte aligned. */
struct __align__(64) TensorMap {
  unsigned long long words[16];
};

__device__ __forceinline__ void prefetchMap(const TensorMap& map) {
  asm volatile("prefetch.tensormap [%0];" ::"l"(reinterpret_cast<unsigned long long>(&map)) : "memory");
}

/** Copies the box at column `x`, row `y` to `shared`; `barrier` counts its bytes. */
__device__ __forceinline__ void copyTile(unsigned shared, const TensorMap& map, int x, int y, unsigned barrier) {
  asm volatile(
      "cp.async.bulk.tensor.2d.shared::cluster.global.mbarrier::complete_tx::bytes [%0], [%1, {%2, %3}], [%4];" ::"r"(
          shared),
      "l"(reinterpret_cast<unsigned long long>(&map)), "r"(x), "r"(y), "r"(barrier)
      : "memory");
}
