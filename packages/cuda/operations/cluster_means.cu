// means[e] = the mean of the rows of cluster e, scaled to unit length. First the sums: a block takes 32 columns of a
// cluster, 8 rows at a time; then one block a cluster scales its sum, whose direction is that of the mean.
#include "_common.cuh"

template <class T>
__device__ void clusterSums(const T* weights, float* means, int clusterSize, int width) {
  __shared__ float partial[8][32];
  int column = blockIdx.x * 32 + threadIdx.x;
  weights += blockIdx.y * (long long)clusterSize * width;
  float sum = 0;
  for (int row = threadIdx.y; row < clusterSize && column < width; row += 8) {
    sum += toFloat(weights[row * (long long)width + column]);
  }
  partial[threadIdx.y][threadIdx.x] = sum;
  __syncthreads();
  if (threadIdx.y > 0 || column >= width) return;
  for (int i = 1; i < 8; i++) sum += partial[i][threadIdx.x];
  means[blockIdx.y * (long long)width + column] = sum;
}

extern "C" __global__ void cluster_means_f32(const float* weights, float* means, int clusterSize, int width) {
  clusterSums(weights, means, clusterSize, width);
}
extern "C" __global__ void cluster_means_bf16(const bf16* weights, float* means, int clusterSize, int width) {
  clusterSums(weights, means, clusterSize, width);
}

extern "C" __global__ void cluster_means_scale(float* means, int width) {
  means += blockIdx.x * (long long)width;
  double squares = 0;
  for (int i = threadIdx.x; i < width; i += blockDim.x) squares += double(means[i]) * means[i];
  squares = blockSum(squares);
  double inverse = squares > 0 ? 1 / sqrt(squares) : 0;
  for (int i = threadIdx.x; i < width; i += blockDim.x) means[i] = float(means[i] * inverse);
}
