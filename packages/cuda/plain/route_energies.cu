// experts[t] = the k experts of largest energy, the sum over the probes of a cluster of relu(y)^2; ties to the lowest
// index.
#include "common.cuh"
#include "rank_experts.cuh"

/** One warp a token: its lanes sum up the energy of one cluster after the other. */
template <class T>
__device__ void routeEnergies(const T* y, int* chosen, float* share, int tokens, int clusters, int probes, int slots) {
  extern __shared__ float allScores[];
  int lane = threadIdx.x % 32, warps = blockDim.x / 32;
  float* scores = allScores + threadIdx.x / 32 * 2 * clusters;
  float* energies = scores + clusters;
  for (int token = blockIdx.x * warps + threadIdx.x / 32; token < tokens; token += gridDim.x * warps) {
    const T* row = y + token * (long long)clusters * probes;
    float total = 0;
    for (int e = 0; e < clusters; e++) {
      float energy = 0;
      for (int p = lane; p < probes; p += 32) {
        float value = toFloat(row[e * probes + p]);
        // As a choice and not as fmaxf(), which drops a NaN.
        value = value < 0 ? 0 : value;
        energy += value * value;
      }
      energy = warpSum(energy);
      total += energy;
      if (lane == 0) {
        energies[e] = energy;
        scores[e] = orLowest(energy);
      }
    }
    __syncwarp();
    if (lane == 0) {
      int* best = chosen + token * slots;
      choose(scores, best, clusters, slots);
      float held = 0;
      for (int slot = 0; slot < slots; slot++) held += energies[best[slot]];
      share[token] = total > 0 ? held / total : 1;
    }
    __syncwarp();
  }
}

/**
 * At most 32 clusters of 8 * LANES probes: one warp a token, LANES lanes a cluster with eight probes each, 32 / LANES
 * clusters at a time. Energies are added up in the order of routeEnergies. Lane e then ranks cluster e among all.
 */
template <int LANES, class T>
__device__ __forceinline__ float clusterEnergy(const T* probes, bool inside) {
  float sums[8] = {};
  if (inside) load(probes, sums);
#pragma unroll
  for (int i = 0; i < 8; i++) {
    float value = sums[i] < 0 ? 0 : sums[i];
    sums[i] = value * value;
  }
  int lane = threadIdx.x % 32, count = 8;
  // Each step hands half of the sums over to the other lane, for half of its.
#pragma unroll
  for (int offset = LANES / 2; offset > 0; offset /= 2) {
    count /= 2;
#pragma unroll
    for (int i = 0; i < 4; i++) {
      if (i >= count) break;
      bool upper = lane & offset;
      float mine = upper ? sums[count + i] : sums[i], others = upper ? sums[i] : sums[count + i];
      sums[i] = mine + __shfl_xor_sync(~0u, others, offset);
    }
  }
#pragma unroll
  for (int offset = LANES / 2; offset > 0; offset /= 2) {
#pragma unroll
    for (int i = 0; i < 8 / LANES; i++) sums[i] += __shfl_xor_sync(~0u, sums[i], offset);
  }
#pragma unroll
  for (int half = 4 / LANES; half > 0; half /= 2) {
#pragma unroll
    for (int i = 0; i < half; i++) sums[i] += sums[i + half];
  }
  return sums[0];
}

template <int LANES, class T>
__device__ void routeEnergiesInWarps(const T* y, int* chosen, float* share, int tokens, int clusters, int slots) {
  int lane = threadIdx.x % 32, warps = blockDim.x / 32;
  for (int token = blockIdx.x * warps + threadIdx.x / 32; token < tokens; token += gridDim.x * warps) {
    const T* row = y + token * (long long)clusters * LANES * 8;
    float mine = 0;
    for (int first = 0; first < clusters; first += 32 / LANES) {
      bool inside = first + lane / LANES < clusters;
      float energy = clusterEnergy<LANES>(row + (first * LANES + lane) * 8, inside);
      float ofLane = __shfl_sync(~0u, energy, (lane - first) * LANES & 31);
      if (lane >= first && lane < first + 32 / LANES) mine = ofLane;
    }
    float total = 0, score = orLowest(mine);
    int rank = lane < clusters ? 0 : clusters;
    for (int e = 0; e < clusters; e++) {
      float other = __shfl_sync(~0u, mine, e), otherScore = orLowest(other);
      total += other;
      rank += otherScore > score || (otherScore == score && e < lane);
    }
    float held = 0;
    for (int slot = 0; slot < slots; slot++) {
      held += __shfl_sync(~0u, mine, __ffs(__ballot_sync(~0u, rank == slot)) - 1);
    }
    if (rank < slots) chosen[token * slots + rank] = lane;
    if (lane == 0) share[token] = total > 0 ? held / total : 1;
  }
}

#define ENTRY(T, nameT)                                                                                                \
  extern "C" __global__ void __launch_bounds__(128)                                                                    \
      route_energies_##nameT(const T* y, int* chosen, float* share, int tokens, int clusters, int probes, int slots) { \
    routeEnergies(y, chosen, share, tokens, clusters, probes, slots);                                                  \
  }                                                                                                                    \
  extern "C" __global__ void __launch_bounds__(128) route_energies_in_warps_##nameT(                                   \
      const T* y, int* chosen, float* share, int tokens, int clusters, int probes, int slots) {                        \
    if (probes == 8) routeEnergiesInWarps<1>(y, chosen, share, tokens, clusters, slots);                               \
    if (probes == 16) routeEnergiesInWarps<2>(y, chosen, share, tokens, clusters, slots);                              \
    if (probes == 32) routeEnergiesInWarps<4>(y, chosen, share, tokens, clusters, slots);                              \
    if (probes == 64) routeEnergiesInWarps<8>(y, chosen, share, tokens, clusters, slots);                              \
  }
ENTRY(float, f32)
ENTRY(bf16, bf16)
