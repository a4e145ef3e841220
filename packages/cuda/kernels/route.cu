// Routing of bf16 tokens to one expert each, and the stable counting sort by expert, in three launches; the means of the
// clusters in two. `groups` below = ceil(tokens / 32).
//
//   void route_tokens(const bf16* x, const float* means, int* expertOf, int* groupCounts, int tokens, int features,
//                     int experts)                                              grid groups, block 256
//     expertOf[t] = the expert of largest dot(x[t], means[e]) in f32, ties to the lowest index; groupCounts[groups * experts].
//     features a multiple of 8.
//   void route_scan(int* groupCounts, int* counts, int* offsets, int* order, int groups, int experts, int align, int rows)
//                                                                               grid 1, block 1024
//     counts[e]; offsets[e] = padded segment starts; order[row] = -1 at every row (of `rows` allocated) without a token;
//     groupCounts become the starts inside the segment. experts <= 1024.
//   void route_place(const int* expertOf, const int* groupCounts, const int* offsets, int* order, int* positions, int tokens,
//                    int experts)                                               grid ceil(tokens / 256), block 256
//     order[positions[t]] = t, tokens of an expert in ascending order; positions may be null.
//   void cluster_sums(const float* weights, float* partial, int neurons, int features)
//                                           grid (ceil(features / 512), experts, splits), block 128
//     partial[e][split][feature]: sums over the rows of cluster e = rows e * neurons ..; splits divides neurons; features % 4 == 0.
//   void cluster_directions(const float* partial, float* means, int features, int splits)  grid experts, block 512
//     means[e] = the sum of the splits scaled to unit length (zeros stay zeros).

constexpr int PASS = 16;   // experts of one pass over the tokens
constexpr int CHUNK = 256; // features of one step

__device__ __forceinline__ float warpTotal(float value) {
#pragma unroll
  for (int offset = 16; offset > 0; offset /= 2) value += __shfl_xor_sync(~0u, value, offset);
  return value;
}

__device__ __forceinline__ void unpackPair(unsigned pair, float& low, float& high) {
  low = __uint_as_float(pair << 16);
  high = __uint_as_float(pair & 0xffff0000u);
}

extern "C" __global__ void __launch_bounds__(256)
    route_tokens(const unsigned short* __restrict__ x, const float* __restrict__ means, int* __restrict__ expertOf,
                 int* __restrict__ groupCounts, int tokens, int features, int experts) {
  __shared__ float4 tile[PASS][CHUNK / 4];  // the two float4 of a lane lie 32 apart: no bank conflicts
  __shared__ int histogram[1024];
  const int lane = threadIdx.x & 31, first = blockIdx.x * 32 + threadIdx.x / 32 * 4;
  for (int e = threadIdx.x; e < experts; e += 256) histogram[e] = 0;
  float best[4] = {-INFINITY, -INFINITY, -INFINITY, -INFINITY};  // what is not a number never wins
  int chosen[4] = {0, 0, 0, 0};
  for (int base = 0; base < experts; base += PASS) {
    const int count = min(PASS, experts - base);
    float sums[4][PASS] = {};
    for (int chunk = 0; chunk < features; chunk += CHUNK) {
      const int column = chunk + lane * 8;
      uint4 rows[4];
#pragma unroll
      for (int t = 0; t < 4; t++) {
        rows[t] = make_uint4(0, 0, 0, 0);
        if (first + t >= tokens || column >= features) continue;
        rows[t] = *reinterpret_cast<const uint4*>(x + static_cast<long>(first + t) * features + column);
      }
      __syncthreads();
      for (int i = threadIdx.x; i < count * (CHUNK / 4); i += 256) {
        const int e = i / (CHUNK / 4), c = i % (CHUNK / 4);
        float4 v = make_float4(0, 0, 0, 0);
        if (chunk + c * 4 < features) {
          v = *reinterpret_cast<const float4*>(means + static_cast<long>(base + e) * features + chunk + c * 4);
        }
        tile[e][(c & 1) * 32 + c / 2] = v;
      }
      __syncthreads();
      float values[4][8];
#pragma unroll
      for (int t = 0; t < 4; t++) {
        unpackPair(rows[t].x, values[t][0], values[t][1]);
        unpackPair(rows[t].y, values[t][2], values[t][3]);
        unpackPair(rows[t].z, values[t][4], values[t][5]);
        unpackPair(rows[t].w, values[t][6], values[t][7]);
      }
#pragma unroll
      for (int e = 0; e < PASS; e++) {
        if (e >= count) break;
        const float4 a = tile[e][lane], b = tile[e][32 + lane];
#pragma unroll
        for (int t = 0; t < 4; t++) {
          const float* v = values[t];
          sums[t][e] += v[0] * a.x + v[1] * a.y + v[2] * a.z + v[3] * a.w + v[4] * b.x + v[5] * b.y + v[6] * b.z + v[7] * b.w;
        }
      }
    }
#pragma unroll
    for (int e = 0; e < PASS; e++) {
      if (e >= count) break;
#pragma unroll
      for (int t = 0; t < 4; t++) {
        const float score = warpTotal(sums[t][e]);
        if (!(score > best[t])) continue;
        best[t] = score;
        chosen[t] = base + e;
      }
    }
  }
#pragma unroll
  for (int t = 0; t < 4; t++) {
    if (lane != t || first + t >= tokens) continue;
    expertOf[first + t] = chosen[t];
    atomicAdd(&histogram[chosen[t]], 1);
  }
  __syncthreads();
  for (int e = threadIdx.x; e < experts; e += 256) groupCounts[blockIdx.x * experts + e] = histogram[e];
}

extern "C" __global__ void __launch_bounds__(1024)
    route_scan(int* groupCounts, int* counts, int* offsets, int* order, int groups, int experts, int align, int rows) {
  __shared__ int totals[1024], starts[1025];
  const int lane = threadIdx.x & 31;
  for (int e = threadIdx.x / 32; e < experts; e += 32) {
    int before = 0;
    for (int group = 0; group < groups; group += 32) {
      const int at = (group + lane) * experts + e;
      const int own = group + lane < groups ? groupCounts[at] : 0;
      int sum = own;
#pragma unroll
      for (int offset = 1; offset < 32; offset *= 2) {
        const int other = __shfl_up_sync(~0u, sum, offset);
        if (lane >= offset) sum += other;
      }
      if (group + lane < groups) groupCounts[at] = before + sum - own;
      before += __shfl_sync(~0u, sum, 31);
    }
    if (lane == 0) totals[e] = counts[e] = before;
  }
  __syncthreads();
  if (threadIdx.x == 0) {
    int start = 0;
    for (int e = 0; e < experts; e++) {
      starts[e] = start;
      start += (totals[e] + align - 1) / align * align;
    }
    starts[experts] = start;
  }
  __syncthreads();
  for (int e = threadIdx.x; e <= experts; e += 1024) offsets[e] = starts[e];
  for (int e = threadIdx.x / 32; e <= experts; e += 32) {
    const int from = starts[e] + (e < experts ? totals[e] : 0), to = e < experts ? starts[e + 1] : rows;
    for (int row = from + lane; row < to; row += 32) order[row] = -1;
  }
}

extern "C" __global__ void __launch_bounds__(256)
    route_place(const int* expertOf, const int* groupCounts, const int* offsets, int* order, int* positions, int tokens,
                int experts) {
  const int token = blockIdx.x * 256 + threadIdx.x, lane = threadIdx.x & 31;
  const int expert = token < tokens ? expertOf[token] : -1;
  const unsigned same = __match_any_sync(~0u, expert);
  if (expert < 0) return;
  const int row = offsets[expert] + groupCounts[token / 32 * experts + expert] + __popc(same & ((1u << lane) - 1));
  order[row] = token;
  if (positions) positions[token] = row;
}

extern "C" __global__ void __launch_bounds__(128)
    cluster_sums(const float* __restrict__ weights, float* __restrict__ partial, int neurons, int features) {
  const int column = blockIdx.x * 512 + threadIdx.x * 4;
  if (column >= features) return;
  const int rows = neurons / gridDim.z;
  const float* source = weights + (static_cast<long>(blockIdx.y) * neurons + blockIdx.z * rows) * features + column;
  float4 sum = make_float4(0, 0, 0, 0);
#pragma unroll 8
  for (int row = 0; row < rows; row++) {
    const float4 v = *reinterpret_cast<const float4*>(source + static_cast<long>(row) * features);
    sum.x += v.x, sum.y += v.y, sum.z += v.z, sum.w += v.w;
  }
  *reinterpret_cast<float4*>(partial + static_cast<long>(blockIdx.y * gridDim.z + blockIdx.z) * features + column) = sum;
}

extern "C" __global__ void __launch_bounds__(512)
    cluster_directions(const float* __restrict__ partial, float* __restrict__ means, int features, int splits) {
  __shared__ float warpSquares[16];
  partial += static_cast<long>(blockIdx.x) * splits * features;
  means += static_cast<long>(blockIdx.x) * features;
  float squares = 0;
  for (int column = threadIdx.x; column < features; column += 512) {
    float sum = 0;
#pragma unroll 16
    for (int split = 0; split < splits; split++) sum += partial[static_cast<long>(split) * features + column];
    means[column] = sum;
    squares += sum * sum;
  }
  squares = warpTotal(squares);
  if ((threadIdx.x & 31) == 0) warpSquares[threadIdx.x / 32] = squares;
  __syncthreads();
  float total = 0;
  for (int warp = 0; warp < 16; warp++) total += warpSquares[warp];
  const float inverse = total > 0 ? 1 / sqrtf(total) : 0;
  for (int column = threadIdx.x; column < features; column += 512) means[column] *= inverse;
}
