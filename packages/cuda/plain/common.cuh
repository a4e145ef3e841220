// Element types, vector access and reductions that the kernels share. Arithmetic is f32; storage is f32 or bf16.
#pragma once

struct bf16 {
  unsigned short bits;
};

__device__ __forceinline__ float toFloat(float x) { return x; }
__device__ __forceinline__ float toFloat(bf16 x) { return __uint_as_float(unsigned(x.bits) << 16); }

template <class T>
__device__ __forceinline__ T fromFloat(float x);
template <>
__device__ __forceinline__ float fromFloat<float>(float x) {
  return x;
}
template <>
__device__ __forceinline__ bf16 fromFloat<bf16>(float x) {
  bf16 result;
  asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(result.bits) : "f"(x));
  return result;
}

/** What shows that a number does not fit. */
__device__ __forceinline__ float notANumber() { return __int_as_float(0x7fffffff); }

/** x rounded to bf16. */
__device__ __forceinline__ float rounded(float x) { return toFloat(fromFloat<bf16>(x)); }

/** N neighbouring elements, moved with as few instructions as possible. */
template <class T, int N>
struct alignas(sizeof(T) * N < 16 ? sizeof(T) * N : 16) Packet {
  T element[N];
};

template <int N, class T>
__device__ __forceinline__ void load(const T* from, float (&to)[N]) {
  Packet<T, N> packet = *reinterpret_cast<const Packet<T, N>*>(from);
#pragma unroll
  for (int i = 0; i < N; i++) to[i] = toFloat(packet.element[i]);
}

template <int N, class T>
__device__ __forceinline__ void store(T* to, const float (&from)[N]) {
  Packet<T, N> packet;
#pragma unroll
  for (int i = 0; i < N; i++) packet.element[i] = fromFloat<T>(from[i]);
  *reinterpret_cast<Packet<T, N>*>(to) = packet;
}

/** Whether packets of 16 bytes may start here. */
__device__ __forceinline__ bool aligned(const void* pointer) {
  return (reinterpret_cast<unsigned long long>(pointer) & 15) == 0;
}

__device__ __forceinline__ long long threadNumber() { return blockIdx.x * (long long)blockDim.x + threadIdx.x; }
__device__ __forceinline__ long long threadCount() { return gridDim.x * (long long)blockDim.x; }

/** The sum over a warp, in every lane; always in the same order. */
template <class T>
__device__ __forceinline__ T warpSum(T x) {
#pragma unroll
  for (int offset = 16; offset > 0; offset /= 2) x += __shfl_xor_sync(~0u, x, offset);
  return x;
}

__device__ __forceinline__ float warpMax(float x) {
#pragma unroll
  for (int offset = 16; offset > 0; offset /= 2) x = fmaxf(x, __shfl_xor_sync(~0u, x, offset));
  return x;
}

/** The sum over a block of whole warps, in every thread; always in the same order. */
template <class T>
__device__ __forceinline__ T blockSum(T x) {
  __shared__ T partial[32];
  x = warpSum(x);
  __syncthreads();  // an earlier call may still be read
  if (threadIdx.x % 32 == 0) partial[threadIdx.x / 32] = x;
  __syncthreads();
  T total = 0;
  for (int warp = 0; warp < blockDim.x / 32; warp++) total += partial[warp];
  return total;
}
