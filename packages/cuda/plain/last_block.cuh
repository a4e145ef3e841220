// Results that several blocks have parts of: the last block to be done puts them together, in an order of its own.
#pragma once

/**
 * Whether this block is the last of `count` to arrive at a counter, which is 0 before and behind it: what the others
 * have written can be read then. Nobody waits.
 */
__device__ __forceinline__ bool isLastBlock(unsigned* counter, unsigned count) {
  __shared__ bool isLast;
  __threadfence();
  __syncthreads();
  if (threadIdx.x == 0) {
    isLast = atomicAdd(counter, 1u) == count - 1;
    if (isLast) *counter = 0;
  }
  __syncthreads();
  if (isLast) __threadfence();
  return isLast;
}
