// The sums of one warp -> global memory. bf16 passes through 2304 bytes of shared memory that the warp has to itself.
#pragma once
#include "../plain/bf16_pair.cuh"
#include "instructions.cuh"
#include "tile_list.cuh"

struct Store {
  void* out;
  const int* rowMap;  // row of `out` of every row of the sorted tokens, -1: not written; null: the same row
  int accumulate;     // FLOATS only: adds to `out`
};

/** Bytes between rows of 64 bf16: eight rows fall into different banks. */
constexpr int STAGING_PITCH = 144, STAGING_BYTES = 16 * STAGING_PITCH;

/** 16 staged rows of 64; `outRow(row)` is the row of `out` that one goes to, or less than 0. */
template <class OutRow>
__device__ __forceinline__ void storeStaged(unsigned staging, bf16* out, int pitch, OutRow outRow) {
  const int lane = threadIdx.x & 31;
  __syncwarp();
#pragma unroll
  for (int i = 0; i < 4; i++) {
    const int row = i * 4 + lane / 8, to = outRow(row);
    const uint4 values = loadShared(staging + row * STAGING_PITCH + lane % 8 * 16);
    if (to >= 0) storeGlobal(out + static_cast<long>(to) * pitch + lane % 8 * 8, values);
  }
  __syncwarp();
}

/** D transposed, 16 of its columns at a time. `out`: its first element. */
__device__ __forceinline__ void storeColumns(const float (&sums)[4][8][4], bf16* out, int pitch, unsigned staging) {
  const int lane = threadIdx.x & 31;
  const unsigned mine = staging + lane / 4 * STAGING_PITCH + lane % 4 * 4;
#pragma unroll
  for (int pair = 0; pair < 4; pair++) {
#pragma unroll
    for (int i = 0; i < 16; i++) {
      const int half = i & 1, block = i / 2 % 4, below = i / 8;
      const float (&d)[4] = sums[block][pair * 2 + half];
      const unsigned column = transposeMatrix(packPair(d[below * 2], d[below * 2 + 1]));
      storeShared(mine + half * 8 * STAGING_PITCH + block * 32 + below * 16, column);
    }
    storeStaged(staging, out + static_cast<long>(pair * 16) * pitch, pitch, [](int row) { return row; });
  }
}

/** D as it is, 16 of its rows at a time. `out`: its first column; `firstRow`: its first row. */
__device__ __forceinline__ void storeRows(const float (&sums)[4][8][4], bf16* out, int pitch, const int* rowMap,
                                          int firstRow, unsigned staging) {
  const int lane = threadIdx.x & 31;
  const unsigned mine = staging + lane / 4 * STAGING_PITCH + lane % 4 * 4;
#pragma unroll
  for (int block = 0; block < 4; block++) {
#pragma unroll
    for (int j = 0; j < 8; j++) {
      const float (&d)[4] = sums[block][j];
      storeShared(mine + j * 16, packPair(d[0], d[1]));
      storeShared(mine + 8 * STAGING_PITCH + j * 16, packPair(d[2], d[3]));
    }
    storeStaged(staging, out, pitch, [&](int row) {
      const int sorted = firstRow + block * 16 + row;
      return rowMap == nullptr ? sorted : rowMap[sorted];
    });
  }
}

/** f32 straight from the registers: four lanes fill a sector of 32 bytes. */
__device__ __forceinline__ void storeFloats(const float (&sums)[4][8][4], float* out, int pitch, int accumulate) {
  const int lane = threadIdx.x & 31;
  float* first = out + static_cast<long>(lane / 4) * pitch + lane % 4 * 2;
#pragma unroll
  for (int i = 0; i < 8; i++) {
    float2* to = reinterpret_cast<float2*>(first + static_cast<long>(i * 8) * pitch);
    float2 values[8];
#pragma unroll
    for (int j = 0; j < 8; j++) values[j] = accumulate ? to[j * 4] : make_float2(0, 0);
#pragma unroll
    for (int j = 0; j < 8; j++) {
      values[j].x += sums[i / 2][j][i % 2 * 2];
      values[j].y += sums[i / 2][j][i % 2 * 2 + 1];
      to[j * 4] = values[j];
    }
  }
}

/** Stores the 64 x 64 at (row, column) of an expert's D. */
template <Output OUTPUT, Tokens TOKENS>
__device__ __forceinline__ void storeTile(const float (&sums)[4][8][4], const Store& store, const Problem& problem,
                                          Tile tile, unsigned staging) {
  if (tile.row >= TileList<TOKENS>::rows(problem, tile)) return;
  if constexpr (OUTPUT == COLUMNS) {
    const int pitch = TileList<TOKENS>::rows(problem, tile);
    bf16* out = static_cast<bf16*>(store.out) + static_cast<long>(tile.firstToken + tile.column) * pitch + tile.row;
    storeColumns(sums, out, pitch, staging);
    return;
  }
  const int pitch = TileList<TOKENS>::columns(problem, tile);
  if constexpr (OUTPUT == ROWS) {
    storeRows(sums, static_cast<bf16*>(store.out) + tile.column, pitch, store.rowMap, tile.firstToken + tile.row,
              staging);
  }
  if constexpr (OUTPUT == FLOATS) {
    const long row = static_cast<long>(tile.expert) * problem.neurons + tile.row;
    storeFloats(sums, static_cast<float*>(store.out) + row * pitch + tile.column, pitch, store.accumulate);
  }
}
