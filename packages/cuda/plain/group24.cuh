// A group of four: which two are kept, and its metadata nibble. The rules are those of @beyond24/sparse24 (keepTwo24
// and nibble24): ties go to the lowest index, -0 is 0, a NaN is larger than everything, kept zeros do not count as
// kept, and groups with fewer than two kept elements complete as torch does.
#pragma once
#include "common.cuh"
#include "unbiased.cuh"

/** Orders floats by magnitude as integers. */
__device__ __forceinline__ int magnitudeKey(float x) { return min(__float_as_int(x) & 0x7fffffff, 0x7f800001); }

/** Keep mask of the two largest, without zeros. */
__device__ __forceinline__ unsigned keepTwo(const float (&x)[4]) {
  int k0 = magnitudeKey(x[0]), k1 = magnitudeKey(x[1]), k2 = magnitudeKey(x[2]), k3 = magnitudeKey(x[3]);
  int b01 = k0 < k1, b02 = k0 < k2, b03 = k0 < k3, b12 = k1 < k2, b13 = k1 < k3, b23 = k2 < k3;
  return unsigned(b01 + b02 + b03 < 2 && k0 != 0) | unsigned(1 - b01 + b12 + b13 < 2 && k1 != 0) << 1 |
         unsigned(2 - b02 - b12 + b23 < 2 && k2 != 0) << 2 | unsigned(3 - b03 - b13 - b23 < 2 && k3 != 0) << 3;
}

/**
 * Two of four rows without bias, and without zeros: gives the keep mask, and leaves what is stored at the kept places.
 * `group` is the index of the four rows, `line` the column, `state` that of the draws of this step.
 */
__device__ __forceinline__ unsigned keepUnbiased(float (&x)[4], unsigned state, int group, int line) {
  const int k0 = magnitudeKey(x[0]), k1 = magnitudeKey(x[1]), k2 = magnitudeKey(x[2]), k3 = magnitudeKey(x[3]);
  const int upper = max(k0, k1), lower = max(k2, k3);
  const unsigned draw = mix32(mix32(state ^ unsigned(group)) ^ unsigned(line));
  const Drawn drawn = drawTwo(__int_as_float(min(k0, k1)), __int_as_float(min(k2, k3)),
                              __int_as_float(min(upper, lower)), __int_as_float(max(upper, lower)), draw);
  const bool first = drawn.first < 0, third = !(drawn.second < 0), largest = !(drawn.late < 0);
  const bool second = largest ^ first ^ third;
  const bool ofUpper = upper < lower ? third : largest, ofLower = upper < lower ? largest : third;
  const bool kept[4] = {k0 < k1 ? first : ofUpper, k0 < k1 ? ofUpper : first, k2 < k3 ? second : ofLower,
                        k2 < k3 ? ofLower : second};
  const int share = __float_as_int(drawn.share) & 0x7fffffff;
  unsigned mask = 0;
#pragma unroll
  for (int i = 0; i < 4; i++) {
    const int stored = max(magnitudeKey(x[i]), share);
    mask |= unsigned(kept[i] && stored != 0) << i;
    x[i] = copysignf(__int_as_float(stored), x[i]);
  }
  return mask;
}

/** Metadata nibble of a keep mask: torch's completion in bit formulae. */
__device__ __forceinline__ unsigned nibbleOf(unsigned mask) {
  bool m0 = mask & 1, m1 = mask & 2, m3 = mask & 8;
  return unsigned(!m0 && m1) | unsigned(!m0 && !m1) << 1 | unsigned((m0 && m1) || (!m0 && !m1) || m3) << 2 |
         unsigned((!m0 && m1) || !m1) << 3;
}

/** The places that a nibble names, as a mask of two bits. */
__device__ __forceinline__ unsigned placesOf(unsigned nibble) { return 1u << (nibble & 3) | 1u << (nibble >> 2); }

/** Nibble of an empty group: what padding is filled with. */
constexpr unsigned EMPTY = 0xe;

/**
 * A packed matrix: bf16 values, then tiles of metadata. Its operand A is [m, k]: the matrix itself when the groups run
 * along its columns, the transposed one when they run along its rows. Value j of row i lies at i * valueRow + j *
 * valueStep.
 */
struct Packed {
  bf16* values;
  unsigned* metadata;
  int m;
  int k;
  int alongRows;  // whether the groups run along the rows of the stored matrix

  __device__ bf16& value(int row, int j) const {
    return alongRows ? values[j * (long long)m + row] : values[row * (long long)(k / 2) + j];
  }
  __device__ unsigned nibble(int row, int group) const {
    int column = group * 4;
    long long tile = (column / 128) * (long long)((m + 63) / 64) + row / 64;
    int word = ((row % 64 / 16 * 2 + column % 32 / 16) * 8 + row % 8) * 4 + column % 128 / 32;
    return metadata[tile * 256 + word] >> (16 * (row % 16 / 8) + column % 16) & 15;
  }
  __device__ long long words() const { return (long long)((m + 63) / 64) * ((k + 127) / 128) * 256; }
};

/** One 32-bit word of metadata: rows `row` and `row + 8`, columns `column` to `column + 15`. */
struct Word {
  int row;
  int column;

  /** Neighbouring threads take neighbouring rows. */
  __device__ Word(long long index, int m) {
    int inTile = index % 256;
    long long tile = index / 256;
    int tilesDown = (m + 63) / 64;
    row = int(tile % tilesDown) * 64 + inTile / 64 * 16 + inTile / 4 % 8;
    column = int(tile / tilesDown) * 128 + inTile % 4 * 32 + inTile / 32 % 2 * 16;
  }
};

/**
 * Writes one metadata word and its 16 values. `group(row, group, kept, values)` fills four values and returns the keep
 * mask whose completion is the nibble, `limitM` and `limitK` bound what takes part.
 */
template <class Group>
__device__ unsigned packWord(const Packed& packed, const Word& word, int limitM, int limitK, Group group) {
  unsigned bits = 0;
#pragma unroll 1
  for (int i = 0; i < 8; i++) {
    int row = word.row + i / 4 * 8, column = word.column + i % 4 * 4;
    unsigned nibble = EMPTY;
    if (row < limitM && column < limitK) {
      float values[4];
      unsigned kept = group(row, column / 4, values);
      nibble = nibbleOf(kept);
      int first = nibble & 3, second = nibble >> 2;
      float a = 0, b = 0;
#pragma unroll
      for (int j = 0; j < 4; j++) {
        if (j == first && kept >> j & 1) a = values[j];
        if (j == second && kept >> j & 1) b = values[j];
      }
      packed.value(row, column / 2) = fromFloat<bf16>(a);
      packed.value(row, column / 2 + 1) = fromFloat<bf16>(b);
    }
    bits |= nibble << (4 * i);
  }
  return bits;
}
