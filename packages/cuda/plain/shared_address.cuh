// Addresses in the shared window, as instructions on shared memory take them.
#pragma once

/** The 32-bit address of something in shared memory. */
__device__ __forceinline__ unsigned sharedAddress(const void* pointer) {
  return static_cast<unsigned>(__cvta_generic_to_shared(pointer));
}
