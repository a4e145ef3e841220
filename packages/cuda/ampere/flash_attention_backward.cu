// Gradients of attention on tensor cores: p = exp(score - logSumExp), dScore = p (dOut v - delta), dQ = dScore k, dK =
// dScore q, dV = p dOut, deltas = dOut out as attention_backward.cu computes them. One kernel goes over queries for dQ,
// one over keys for dK and dV (scores are computed in both), so that nothing is added by two blocks: results are
// repeatable bit for bit. The next tiles arrive while the present ones are multiplied.
#include "flash_tile.cuh"

constexpr int WARPS = 4, THREADS = 32 * WARPS;

/** Starts copying the statistics of COUNT queries: their values of logSumExp, then their deltas. */
template <int COUNT>
__device__ __forceinline__ void stageStatistics(unsigned to, const float* logSumExp, const float* deltas, int position,
                                                int sequenceLength) {
#pragma unroll
  for (int i = threadIdx.x; i < 2 * COUNT; i += THREADS) {
    int query = position + i % COUNT;
    copy4(to + i * 4, (i < COUNT ? logSumExp : deltas) + query, query < sequenceLength);
  }
}

/** Stores 16 M rows of gradients times `factor`. */
template <int D, int M>
__device__ __forceinline__ void storeGradients(bf16* to, int stride, int position, int sequenceLength,
                                               const float (&gradients)[M][D / 8][4], float factor) {
  int lane = threadIdx.x & 31;
#pragma unroll
  for (int m = 0; m < M; m++) {
#pragma unroll
    for (int half = 0; half < 2; half++) {
      int row = position + 16 * m + 8 * half + lane / 4;
      if (row >= sequenceLength) continue;
      bf16* start = to + (long long)row * stride + lane % 4 * 2;
#pragma unroll
      for (int n = 0; n < D / 8; n++) {
        storePair(start + 8 * n, gradients[m][n][2 * half] * factor, gradients[m][n][2 * half + 1] * factor);
      }
    }
  }
}

/** dQ of 128 queries of a head, 32 a warp; 32 keys at a time. */
template <int D>
__device__ void gradientOfQueries(const bf16* q, const bf16* k, const bf16* v, const bf16* dOut, const float* logSumExp,
                                  const float* deltas, bf16* dQ, Shape shape) {
  constexpr int QUERIES = 32 * WARPS, KEYS = 32, BYTES = KEYS * ROW_BYTES<D>;
  extern __shared__ __align__(128) unsigned char memory[];
  unsigned queries = sharedAddress(memory), gradients = queries + QUERIES * ROW_BYTES<D>;
  unsigned keys = gradients + QUERIES * ROW_BYTES<D>, values = keys + 2 * BYTES, statistics = values + 2 * BYTES;
  int head = blockIdx.x % shape.heads, sequence = blockIdx.x / shape.heads, length = shape.sequenceLength;
  int keyHead = head / (shape.heads / shape.keyValueHeads);
  // The last queries see the most keys: they go first.
  int firstQuery = (gridDim.y - 1 - blockIdx.y) * QUERIES;
  int warp = threadIdx.x / 32, lane = threadIdx.x % 32, warpQuery = firstQuery + 32 * warp;
  Vectors keyVectors = vectorsOf<D>(k, shape, sequence, keyHead, shape.keyValueHeads);
  Vectors valueVectors = vectorsOf<D>(v, shape, sequence, keyHead, shape.keyValueHeads);
  stage<D, QUERIES, THREADS>(queries, vectorsOf<D>(q, shape, sequence, head, shape.heads), firstQuery, length);
  stage<D, QUERIES, THREADS>(gradients, vectorsOf<D>(dOut, shape, sequence, head, shape.heads), firstQuery, length);
  stage<D, KEYS, THREADS>(keys, keyVectors, 0, length);
  stage<D, KEYS, THREADS>(values, valueVectors, 0, length);
  long long row = (long long)blockIdx.x * length;
  stageStatistics<QUERIES>(statistics, logSumExp + row, deltas + row, firstQuery, length);
  const float* ownStatistics = reinterpret_cast<const float*>(memory + (statistics - queries)) + 32 * warp + lane / 4;
  float scale = LOG2_E * rsqrtf(float(D)), result[2][D / 8][4] = {};
  unsigned ownQueries = queries + 32 * warp * ROW_BYTES<D>, ownGradients = gradients + 32 * warp * ROW_BYTES<D>;
  unsigned buffer = 0;
  LanePlaces places = lanePlaces<D>();
  int end = min(length, firstQuery + QUERIES);
  for (int key = 0; key < end; key += KEYS, buffer ^= BYTES) {
    recompute(places.rowsFirst);
    recompute(places.chunksFirst);
    waitForCopies();
    __syncthreads();
    if (key + KEYS < end) {
      stage<D, KEYS, THREADS>(keys + (buffer ^ BYTES), keyVectors, key + KEYS, length);
      stage<D, KEYS, THREADS>(values + (buffer ^ BYTES), valueVectors, key + KEYS, length);
    }
    float scores[2][KEYS / 8][4], dScores[2][KEYS / 8][4];
    innerProducts<D>(scores, ownQueries, keys + buffer, places);
    if (key >= warpQuery) maskLaterKeys<false>(scores, warpQuery, key);
    innerProducts<D>(dScores, ownGradients, values + buffer, places);
#pragma unroll
    for (int m = 0; m < 2; m++) {
#pragma unroll
      for (int half = 0; half < 2; half++) {
        int row = 16 * m + 8 * half;
        float shift = ownStatistics[row] * LOG2_E, delta = ownStatistics[QUERIES + row];
#pragma unroll
        for (int n = 0; n < KEYS / 8; n++) {
#pragma unroll
          for (int i = 2 * half; i < 2 * half + 2; i++) {
            dScores[m][n][i] = powerOfTwo(scores[m][n][i] * scale - shift) * (dScores[m][n][i] - delta);
          }
        }
      }
    }
    addWeighted<D>(result, dScores, keys + buffer, places);
  }
  Vectors to = vectorsOf<D>(dQ, shape, sequence, head, shape.heads);
  storeGradients<D>(const_cast<bf16*>(to.first), to.stride, warpQuery, length, result, rsqrtf(float(D)));
}

/** dK and dV of 64 keys of a key head, 16 a warp; 64 queries at a time of every head that reads them. */
template <int D>
__device__ void gradientOfKeys(const bf16* q, const bf16* k, const bf16* v, const bf16* dOut, const float* logSumExp,
                               const float* deltas, bf16* dK, bf16* dV, Shape shape) {
  constexpr int KEYS = 16 * WARPS, QUERIES = 64, BYTES = QUERIES * ROW_BYTES<D>, STATISTICS = 2 * QUERIES;
  extern __shared__ __align__(128) unsigned char memory[];
  unsigned keys = sharedAddress(memory), values = keys + KEYS * ROW_BYTES<D>;
  unsigned queries = values + KEYS * ROW_BYTES<D>, gradients = queries + 2 * BYTES, statistics = gradients + 2 * BYTES;
  const float* stagedStatistics = reinterpret_cast<const float*>(memory + (statistics - keys));
  int keyHead = blockIdx.x % shape.keyValueHeads, sequence = blockIdx.x / shape.keyValueHeads;
  int length = shape.sequenceLength, group = shape.heads / shape.keyValueHeads;
  // The first keys are seen by the most queries: they go first.
  int firstKey = blockIdx.y * KEYS, warp = threadIdx.x / 32, lane = threadIdx.x % 32, warpKey = firstKey + 16 * warp;
  auto stageQueries = [&](int head, int position, int buffer) {
    Vectors queryVectors = vectorsOf<D>(q, shape, sequence, head, shape.heads);
    Vectors gradientVectors = vectorsOf<D>(dOut, shape, sequence, head, shape.heads);
    stage<D, QUERIES, THREADS>(queries + buffer * BYTES, queryVectors, position, length);
    stage<D, QUERIES, THREADS>(gradients + buffer * BYTES, gradientVectors, position, length);
    long long row = ((long long)sequence * shape.heads + head) * length;
    stageStatistics<QUERIES>(statistics + buffer * STATISTICS * 4, logSumExp + row, deltas + row, position, length);
  };
  Vectors keyVectors = vectorsOf<D>(k, shape, sequence, keyHead, shape.keyValueHeads);
  stage<D, KEYS, THREADS>(keys, keyVectors, firstKey, length);
  stage<D, KEYS, THREADS>(values, vectorsOf<D>(v, shape, sequence, keyHead, shape.keyValueHeads), firstKey, length);
  int head = keyHead * group, endHead = head + group, query = firstKey, buffer = 0;
  stageQueries(head, query, 0);
  float scale = LOG2_E * rsqrtf(float(D)), sumK[1][D / 8][4] = {}, sumV[1][D / 8][4] = {};
  unsigned ownKeys = keys + 16 * warp * ROW_BYTES<D>, ownValues = values + 16 * warp * ROW_BYTES<D>;
  LanePlaces places = lanePlaces<D>();
  for (; head < endHead; buffer ^= 1) {
    recompute(places.rowsFirst);
    recompute(places.chunksFirst);
    bool diagonal = query == firstKey;
    query += QUERIES;
    if (query >= length) {
      query = firstKey;
      head++;
    }
    waitForCopies();
    __syncthreads();
    if (head < endHead) stageQueries(head, query, buffer ^ 1);
    unsigned stagedQueries = queries + buffer * BYTES, stagedGradients = gradients + buffer * BYTES;
    const float* staged = stagedStatistics + buffer * STATISTICS + lane % 4 * 2;
    // Transposed: rows are keys, columns are queries.
    float scores[1][QUERIES / 8][4], dScores[1][QUERIES / 8][4];
    innerProducts<D>(scores, ownKeys, stagedQueries, places);
    if (diagonal) maskLaterKeys<true>(scores, firstKey, warpKey);
    innerProducts<D>(dScores, ownValues, stagedGradients, places);
#pragma unroll
    for (int n = 0; n < QUERIES / 8; n++) {
      float2 shift = *reinterpret_cast<const float2*>(staged + 8 * n);
      float2 delta = *reinterpret_cast<const float2*>(staged + QUERIES + 8 * n);
#pragma unroll
      for (int i = 0; i < 4; i++) {
        float probability = powerOfTwo(scores[0][n][i] * scale - (i % 2 ? shift.y : shift.x) * LOG2_E);
        scores[0][n][i] = probability;
        dScores[0][n][i] = probability * (dScores[0][n][i] - (i % 2 ? delta.y : delta.x));
      }
    }
    addWeighted<D>(sumV, scores, stagedGradients, places);
    addWeighted<D>(sumK, dScores, stagedQueries, places);
  }
  Vectors toK = vectorsOf<D>(dK, shape, sequence, keyHead, shape.keyValueHeads);
  Vectors toV = vectorsOf<D>(dV, shape, sequence, keyHead, shape.keyValueHeads);
  storeGradients<D>(const_cast<bf16*>(toK.first), toK.stride, warpKey, length, sumK, rsqrtf(float(D)));
  storeGradients<D>(const_cast<bf16*>(toV.first), toV.stride, warpKey, length, sumV, 1);
}

#define ENTRY(D)                                                                                                  \
  extern "C" __global__ void __launch_bounds__(THREADS, 2) flash_attention_backward_queries_##D(                  \
      const bf16* q, const bf16* k, const bf16* v, const bf16* dOut, const float* logSumExp, const float* deltas, \
      bf16* dQ, int sequenceLength, int heads, int keyValueHeads) {                                               \
    gradientOfQueries<D>(q, k, v, dOut, logSumExp, deltas, dQ, {sequenceLength, heads, keyValueHeads});           \
  }                                                                                                               \
  extern "C" __global__ void __launch_bounds__(THREADS, 2) flash_attention_backward_keys_##D(                     \
      const bf16* q, const bf16* k, const bf16* v, const bf16* dOut, const float* logSumExp, const float* deltas, \
      bf16* dK, bf16* dV, int sequenceLength, int heads, int keyValueHeads) {                                     \
    gradientOfKeys<D>(q, k, v, dOut, logSumExp, deltas, dK, dV, {sequenceLength, heads, keyValueHeads});          \
  }
ENTRY(32)
ENTRY(64)
ENTRY(96)
ENTRY(128)
