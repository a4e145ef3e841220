// means[e] = the mean of the rows of cluster e, scaled to unit length. First partial sums: a block takes 256 columns of
// a share of the cluster's rows, 8 rows at a time; then one block a cluster adds the shares, always in the same order,
// and scales the sum, whose direction is that of the mean.
#include "common.cuh"

constexpr int COLUMNS = 256, ROWS = 8;

template <class T>
__device__ void clusterSums(const T* weights, float* shares, int clusterSize, int width) {
  __shared__ float partial[ROWS][COLUMNS];
  int column = blockIdx.x * COLUMNS + threadIdx.x * 8, shareCount = gridDim.y;
  bool whole = width % 8 == 0 && aligned(weights);
  weights += blockIdx.z * (long long)clusterSize * width;
  float sum[8] = {};
#pragma unroll 8
  for (int row = blockIdx.y * ROWS + threadIdx.y; row < clusterSize; row += shareCount * ROWS) {
    const T* from = weights + row * (long long)width + column;
    float value[8] = {};
    if (whole && column < width) {
      load(from, value);
    } else {
      for (int j = 0; j < 8; j++) value[j] = column + j < width ? toFloat(from[j]) : 0;
    }
#pragma unroll
    for (int j = 0; j < 8; j++) sum[j] += value[j];
  }
#pragma unroll
  for (int j = 0; j < 8; j++) partial[threadIdx.y][threadIdx.x * 8 + j] = sum[j];
  __syncthreads();
  int mine = threadIdx.y * 32 + threadIdx.x;
  if (blockIdx.x * COLUMNS + mine >= width) return;
  float total = 0;
  for (int i = 0; i < ROWS; i++) total += partial[i][mine];
  shares[(blockIdx.z * (long long)shareCount + blockIdx.y) * width + blockIdx.x * COLUMNS + mine] = total;
}

extern "C" __global__ void cluster_means_f32(const float* weights, float* shares, int clusterSize, int width) {
  clusterSums(weights, shares, clusterSize, width);
}
extern "C" __global__ void cluster_means_bf16(const bf16* weights, float* shares, int clusterSize, int width) {
  clusterSums(weights, shares, clusterSize, width);
}

extern "C" __global__ void cluster_means_scale(const float* shares, float* means, int shareCount, int width) {
  shares += blockIdx.x * (long long)shareCount * width;
  means += blockIdx.x * (long long)width;
  double squares = 0;
  for (int i = threadIdx.x; i < width; i += blockDim.x) {
    float sum = 0;
#pragma unroll 16
    for (int share = 0; share < shareCount; share++) sum += shares[share * (long long)width + i];
    means[i] = sum;
    squares += double(sum) * sum;
  }
  squares = blockSum(squares);
  double inverse = squares > 0 ? 1 / sqrt(squares) : 0;
  for (int i = threadIdx.x; i < width; i += blockDim.x) means[i] = float(means[i] * inverse);
}
