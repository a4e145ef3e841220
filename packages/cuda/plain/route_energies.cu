// experts[t] = the k experts of largest energy, the sum over the probes of a cluster of relu(y)^2; ties to the lowest index.
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

#define ENTRY(T, nameT)                                                                                          \
  extern "C" __global__ void __launch_bounds__(128) route_energies_##nameT(                                      \
      const T* y, int* chosen, float* share, int tokens, int clusters, int probes, int slots) {                  \
    routeEnergies(y, chosen, share, tokens, clusters, probes, slots);                                            \
  }
ENTRY(float, f32)
ENTRY(bf16, bf16)
