// Where a packer finds the rows of y1: sorted already, or as parts of the y1 of all tokens and neurons.
#pragma once

/** Four rows of y1 from one neuron on; in place of padding, which has no bit in `present`, any other row. */
struct FourRows {
  const unsigned short* from[4];
  unsigned present;
};

/** Eight neurons of a row. */
template <class Rows>
__device__ __forceinline__ uint4 eightNeurons(const FourRows& rows, int i, int offset) {
  uint4 y = __ldg(reinterpret_cast<const uint4*>(rows.from[i] + offset));
  const unsigned mask = rows.present >> i & 1 ? ~0u : 0;
  if (Rows::HAS_PADDING) y.x &= mask, y.y &= mask, y.z &= mask, y.w &= mask;
  return y;
}

/** Sorted rows: y1 [rows, neurons]. */
struct SortedRows {
  static constexpr bool HAS_PADDING = false;
  const unsigned short* y1;

  __device__ __forceinline__ FourRows find(int row, int neuron, int neurons) const {
    FourRows rows = {{}, 15};
#pragma unroll
    for (int i = 0; i < 4; i++) rows.from[i] = y1 + static_cast<long>(row + i) * neurons + neuron;
    return rows;
  }
};

/** Rows of all tokens and neurons: y1 [tokens, experts * neurons]; row r is of token order[r] / replicas. */
struct GatheredRows {
  static constexpr bool HAS_PADDING = true;
  const unsigned short* y1;
  const int* order;
  int replicas;
  const int* offsets;
  int experts;

  /** A whole warp calls it, whose rows are of one expert. */
  __device__ __forceinline__ FourRows find(int row, int neuron, int neurons) const {
    const int lane = threadIdx.x & 31, first = row & -128;
    int expert = 0;
    for (int e = lane; e - lane < experts; e += 32) {
      expert += __popc(__ballot_sync(~0u, e < experts && first >= __ldg(offsets + e + 1)));
    }
    FourRows rows = {};
#pragma unroll
    for (int i = 0; i < 4; i++) {
      const int replica = __ldg(order + row + i), token = max(replica, 0) / replicas;
      rows.from[i] = y1 + (token * static_cast<long>(experts) + expert) * neurons + neuron;
      rows.present |= (replica >= 0) << i;
    }
    return rows;
  }
};
