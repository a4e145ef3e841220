// experts[t] = the k experts of largest energy, the sum over the neurons of a cluster of relu(y)^2; ties to the lowest
// index. `probes` counts the neurons of a cluster that y has: some of them or all.
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

/** Lane e has the energy of cluster e, and ranks it among all. */
__device__ __forceinline__ void rankInWarp(float mine, int* chosen, float* share, int clusters, int slots) {
  int lane = threadIdx.x % 32;
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
  if (rank < slots) chosen[rank] = lane;
  if (lane == 0) *share = total > 0 ? held / total : 1;
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
    rankInWarp(mine, chosen + token * slots, share + token, clusters, slots);
  }
}

/** Clusters whose neurons a lane has on their way at once. */
constexpr int AT_ONCE = 4;

/** The sums of all lanes of a group of LANES, each value in a quarter of them. */
template <int LANES>
__device__ __forceinline__ float sumInQuarters(const float (&sums)[AT_ONCE]) {
  int lane = threadIdx.x % 32;
  bool upper = lane & LANES / 2, odd = lane & LANES / 4;
  // Each lane hands half of its sums over, for half of the other's.
  float even = (upper ? sums[2] : sums[0]) + __shfl_xor_sync(~0u, upper ? sums[0] : sums[2], LANES / 2);
  float next = (upper ? sums[3] : sums[1]) + __shfl_xor_sync(~0u, upper ? sums[1] : sums[3], LANES / 2);
  float sum = (odd ? next : even) + __shfl_xor_sync(~0u, odd ? even : next, LANES / 4);
#pragma unroll
  for (int offset = LANES / 8; offset > 0; offset /= 2) sum += __shfl_xor_sync(~0u, sum, offset);
  return sum;
}

/**
 * At most 32 clusters of many neurons, a multiple of eight: one warp a token, LANES lanes a cluster. It takes as long
 * as reading y does.
 */
template <int LANES, class T>
__device__ void routeAllEnergies(const T* y, int* chosen, float* share, int tokens, int clusters, int neurons,
                                 int slots) {
  constexpr int GROUPS = 32 / LANES;
  int lane = threadIdx.x % 32, group = lane / LANES, warps = blockDim.x / 32;
  for (int token = blockIdx.x * warps + threadIdx.x / 32; token < tokens; token += gridDim.x * warps) {
    const T* row = y + token * (long long)clusters * neurons;
    float mine = 0;
    for (int first = 0; first < clusters; first += AT_ONCE * GROUPS) {
      float sums[AT_ONCE] = {};
      for (int neuron = lane % LANES * 8; neuron < neurons; neuron += LANES * 8) {
        float values[AT_ONCE][8];
        // Without a branch, so that all are on their way; what is read twice counts for no cluster.
#pragma unroll
        for (int i = 0; i < AT_ONCE; i++) {
          load(row + min(first + i * GROUPS + group, clusters - 1) * neurons + neuron, values[i]);
        }
#pragma unroll
        for (int i = 0; i < AT_ONCE; i++) {
#pragma unroll
          for (int j = 0; j < 8; j++) {
            // As a choice and not as fmaxf(), which drops a NaN.
            float value = values[i][j] < 0 ? 0 : values[i][j];
            sums[i] += value * value;
          }
        }
      }
      int place = lane - first;
      float energy = sumInQuarters<LANES>(sums);
      float ofLane = __shfl_sync(~0u, energy, (place % GROUPS * LANES + place / GROUPS * (LANES / 4)) & 31);
      if (place >= 0 && place < AT_ONCE * GROUPS) mine = ofLane;
    }
    rankInWarp(mine, chosen + token * slots, share + token, clusters, slots);
  }
}

/** Of at most 32 clusters whose energies are summed already but for `parts` of each: one warp a token, lane e sums up
 * cluster e. */
extern "C" __global__ void __launch_bounds__(128)
    route_summed_energies_f32(const float* energies, int* chosen, float* share, int tokens, int clusters, int parts,
                              int slots) {
  int lane = threadIdx.x % 32, warps = blockDim.x / 32;
  for (int token = blockIdx.x * warps + threadIdx.x / 32; token < tokens; token += gridDim.x * warps) {
    const float* mine = energies + (token * (long long)clusters + min(lane, clusters - 1)) * parts;
    float energy = 0;
    for (int part = 0; part < parts; part++) energy += mine[part];
    rankInWarp(energy, chosen + token * slots, share + token, clusters, slots);
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
  }                                                                                                                    \
  extern "C" __global__ void __launch_bounds__(128, 8) route_all_energies_##nameT(                                     \
      const T* y, int* chosen, float* share, int tokens, int clusters, int probes, int slots) {                        \
    if (probes <= 128) routeAllEnergies<16>(y, chosen, share, tokens, clusters, probes, slots);                        \
    else routeAllEnergies<32>(y, chosen, share, tokens, clusters, probes, slots);                                      \
  }
ENTRY(float, f32)
ENTRY(bf16, bf16)
