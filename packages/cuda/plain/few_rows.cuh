// A few rows by large weights that are read once, which takes as long as memory does: what a decoded token multiplies.
// f32 sums whose order depends on the sizes of the weights alone, so a row has the same bits in any company.
#pragma once
#include "common.cuh"

/** Elements of 16 bytes: what a lane loads at a time. */
template <class T>
constexpr int WIDTH = 16 / sizeof(T);

/** 16 bytes of weights, which nobody reads again. */
template <class T>
__device__ __forceinline__ Packet<T, WIDTH<T>> loadOnce(const T* from) {
  uint4 bits = __ldcs(reinterpret_cast<const uint4*>(from));
  return *reinterpret_cast<Packet<T, WIDTH<T>>*>(&bits);
}

template <class T>
__device__ __forceinline__ Packet<T, WIDTH<T>> loadPacket(const T* from) {
  return *reinterpret_cast<const Packet<T, WIDTH<T>>*>(from);
}

/** max(x, 0)² of a result as it is stored. */
template <class Out>
__device__ __forceinline__ Out squaredReluOf(Out stored) {
  float x = toFloat(stored);
  return fromFloat<Out>(x < 0 ? 0 : x * x);
}
