// Epilogues: accumulators of one consumer warpgroup -> global memory.
// TOKENS_ARE_COLUMNS: D is [neurons, tokens]; stored transposed, bf16 out[token, neuron of the expert]; of one expert,
//                     where `energies` is not null, also the sum of relu(out)^2 of every 64 neurons.
// TOKENS_ARE_ROWS:    bf16 out[rowMap ? rowMap[token] : token, feature]; a row of -1 is dropped.
// TOKENS_ARE_DEPTH:   f32 out[expert * neurons + neuron, feature], added to when `accumulate` is set.
#pragma once
#include "../plain/bf16_pair.cuh"
#include "mbarrier.cuh"
#include "product_tiles.cuh"

struct Store {
  void* out;
  const int* rowMap;
  int accumulate;
  float* energies;  // [token, neurons / 64]
};

/** Staging of one warpgroup. Rows are padded by 16 bytes: eight rows then fall into different banks. */
template <Tokens TOKENS, int BLOCKS64>
__host__ __device__ constexpr int storeBytes() {
  return TOKENS == TOKENS_ARE_COLUMNS ? 32 * (BLOCKS64 * 128 + 16) : TOKENS == TOKENS_ARE_ROWS ? 64 * 144 : 0;
}

/** threadIdx.x as something the compiler cannot compute ahead: what derives from it in an epilogue would otherwise
 * occupy registers during the products. */
__device__ __forceinline__ int threadNow() {
  int thread;
  asm volatile("mov.u32 %0, %%tid.x;" : "=r"(thread));
  return thread;
}

template <bool TRANSPOSED>
__device__ __forceinline__ void storeMatrices(unsigned shared, unsigned a, unsigned b, unsigned c, unsigned d) {
  if (TRANSPOSED) {
    asm volatile("stmatrix.sync.aligned.m8n8.x4.trans.shared.b16 [%0], {%1, %2, %3, %4};" ::"r"(shared), "r"(a), "r"(b),
                 "r"(c), "r"(d)
                 : "memory");
  } else {
    asm volatile("stmatrix.sync.aligned.m8n8.x4.shared.b16 [%0], {%1, %2, %3, %4};" ::"r"(shared), "r"(a), "r"(b),
                 "r"(c), "r"(d)
                 : "memory");
  }
}

__device__ __forceinline__ uint4 loadShared(unsigned shared) {
  uint4 v;
  asm volatile("ld.shared.v4.u32 {%0, %1, %2, %3}, [%4];"
               : "=r"(v.x), "=r"(v.y), "=r"(v.z), "=r"(v.w)
               : "r"(shared)
               : "memory");
  return v;
}

/** As text: from a plain assignment of such values the compiler makes four stores of four bytes. */
__device__ __forceinline__ void storeGlobal(void* global, const uint4& v) {
  asm volatile("st.global.v4.u32 [%0], {%1, %2, %3, %4};" ::"l"(global), "r"(v.x), "r"(v.y), "r"(v.z), "r"(v.w)
               : "memory");
}

/** The energy of the 64 neurons of which eight lanes have eight each, in all of them; a NaN stays one. For whole warps,
 * as rows come in multiples of 128. */
__device__ __forceinline__ float energyOf64(const uint4& neurons) {
  const unsigned pairs[4] = {neurons.x, neurons.y, neurons.z, neurons.w};
  float energy = 0;
#pragma unroll
  for (int i = 0; i < 4; i++) {
    unsigned positive;
    asm("max.NaN.bf16x2 %0, %1, %2;" : "=r"(positive) : "r"(pairs[i]), "r"(0));
    const float low = __uint_as_float(positive << 16), high = __uint_as_float(positive & 0xffff0000u);
    energy += low * low + high * high;
  }
#pragma unroll
  for (int offset = 4; offset > 0; offset /= 2) energy += __shfl_xor_sync(~0u, energy, offset);
  return energy;
}

/** D^T through shared memory, 32 tokens at a time: rows of BLOCKS64 * 64 neurons. */
template <int BLOCKS64, int N>
__device__ __forceinline__ void storeTransposed(float (&acc)[BLOCKS64][N / 2], const Tile& tile, const Store& store,
                                                const Problem& problem, unsigned staging, int group) {
  constexpr int PITCH = BLOCKS64 * 128 + 16, VECTORS = BLOCKS64 * 8;
  const int thread = threadNow() & 127, warp = thread >> 5, lane = thread & 31;
  unsigned short* out = static_cast<unsigned short*>(store.out);
  const unsigned target = staging + ((lane >> 4) * 8 + (lane & 7)) * PITCH + (warp * 16 + (lane & 8)) * 2;
#pragma unroll
  for (int chunk = 0; chunk < N / 32; chunk++) {
#pragma unroll
    for (int block = 0; block < BLOCKS64; block++) {
#pragma unroll
      for (int pair = 0; pair < 2; pair++) {
        const float* d = &acc[block][chunk * 16 + pair * 8];
        storeMatrices<true>(target + pair * 16 * PITCH + block * 128, packPair(d[0], d[1]), packPair(d[2], d[3]),
                            packPair(d[4], d[5]), packPair(d[6], d[7]));
      }
    }
    syncNamed(1 + group, 128);
    const int firstColumn = tile.column + chunk * 32;
    if (firstColumn < tile.columns) {
#pragma unroll
      for (int i = 0; i < VECTORS / 4; i++) {
        const int vector = i * 128 + thread, token = vector / VECTORS, neuron = (vector % VECTORS) * 8;
        if (tile.row + neuron >= tile.rows) continue;
        const uint4 v = loadShared(staging + token * PITCH + neuron * 2);
        const long row = tile.firstToken + firstColumn + token;
        storeGlobal(out + row * problem.neurons + tile.row + neuron, v);
        if (!store.energies) continue;
        const float energy = energyOf64(v);
        if ((lane & 7) == 0) store.energies[(row * problem.neurons + tile.row + neuron) / 64] = energy;
      }
    }
    syncNamed(1 + group, 128);
  }
}

/** D through shared memory, one warp alone: 16 rows x 64 columns at a time. */
template <int BLOCKS64, int N>
__device__ __forceinline__ void storeRows(float (&acc)[BLOCKS64][N / 2], const Tile& tile, const Store& store,
                                          const Problem& problem, unsigned staging) {
  const int thread = threadNow(), lane = thread & 31, warp = (thread >> 5) & 3;
  unsigned short* out = static_cast<unsigned short*>(store.out);
  const unsigned mine = staging + warp * 16 * 144;
  const unsigned target = mine + (lane & 15) * 144 + (lane >> 4) * 16;
#pragma unroll
  for (int block = 0; block < BLOCKS64; block++) {
    const int firstRow = tile.row + block * 64 + warp * 16;
    if (firstRow >= tile.rows) break;
#pragma unroll
    for (int chunk = 0; chunk < N / 64; chunk++) {
#pragma unroll
      for (int pair = 0; pair < 4; pair++) {
        const float* d = &acc[block][chunk * 32 + pair * 8];
        storeMatrices<false>(target + pair * 32, packPair(d[0], d[1]), packPair(d[2], d[3]), packPair(d[4], d[5]),
                             packPair(d[6], d[7]));
      }
      __syncwarp();
      const int column = tile.column + chunk * 64 + (lane & 7) * 8;
#pragma unroll
      for (int i = 0; i < 4; i++) {
        const int row = tile.firstToken + firstRow + i * 4 + lane / 8;
        const long outRow = store.rowMap ? store.rowMap[row] : row;
        const uint4 v = loadShared(mine + (i * 4 + lane / 8) * 144 + (lane & 7) * 16);
        if (outRow < 0 || column >= tile.columns) continue;
        storeGlobal(out + outRow * problem.features + column, v);
      }
      __syncwarp();
    }
  }
}

/** f32 straight from the registers: four lanes fill one 32-byte sector. */
template <int BLOCKS64, int N>
__device__ __forceinline__ void storeFloats(float (&acc)[BLOCKS64][N / 2], const Tile& tile, const Store& store,
                                            const Problem& problem) {
  const int thread = threadNow(), lane = thread & 31, warp = (thread >> 5) & 3;
  float* out = static_cast<float*>(store.out) + static_cast<long>(tile.expert) * problem.neurons * problem.features;
#pragma unroll
  for (int block = 0; block < BLOCKS64; block++) {
#pragma unroll
    for (int half = 0; half < 2; half++) {
      const int row = tile.row + block * 64 + warp * 16 + half * 8 + lane / 4;
      if (row >= tile.rows) continue;
      float* target = out + static_cast<long>(row) * problem.features + tile.column + (lane & 3) * 2;
#pragma unroll
      for (int j = 0; j < N / 8; j++) {
        if (tile.column + j * 8 >= tile.columns) break;
        float2 v = make_float2(acc[block][j * 4 + half * 2], acc[block][j * 4 + half * 2 + 1]);
        float2* address = reinterpret_cast<float2*>(target + j * 8);
        if (store.accumulate) {
          const float2 old = *address;
          v.x += old.x;
          v.y += old.y;
        }
        *address = v;
      }
    }
  }
}

template <Tokens TOKENS, int BLOCKS64, int N>
__device__ __forceinline__ void storeTile(float (&acc)[BLOCKS64][N / 2], const Tile& tile, const Store& store,
                                          const Problem& problem, unsigned staging, int group) {
  if constexpr (TOKENS == TOKENS_ARE_COLUMNS) {
    storeTransposed<BLOCKS64, N>(acc, tile, store, problem, staging, group);
  } else if constexpr (TOKENS == TOKENS_ARE_ROWS) {
    storeRows<BLOCKS64, N>(acc, tile, store, problem, staging);
  } else {
    storeFloats<BLOCKS64, N>(acc, tile, store, problem);
  }
}
