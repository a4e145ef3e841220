// What a product is at compile time: D[M, N] = A[M, K] B[K, N], bf16 in, f32 sums, A dense or 2:4 along K.
#pragma once

struct bf16 {
  unsigned short bits;
};

/** Which way an operand lies in memory: K_MAJOR rows are its M or N, K_MINOR rows are its K. */
enum Major { K_MAJOR, K_MINOR };

/** Where D goes. COLUMNS: bf16 out[column, row]; ROWS: bf16 out[row, column]; FLOATS: f32 out[row, column]. */
enum Output { COLUMNS, ROWS, FLOATS };

constexpr int BLOCK_M = 256, BLOCK_N = 128, THREADS = 256;
/** Warps tile the block 4 x 2; each has 64 x 64 results. */
constexpr int WARP = 64;

template <bool SPARSE_, Major MAJOR_A_, Major MAJOR_B_, Output OUTPUT_>
struct ProductShape {
  static constexpr bool SPARSE = SPARSE_;
  static constexpr Major MAJOR_A = MAJOR_A_, MAJOR_B = MAJOR_B_;
  static constexpr Output OUTPUT = OUTPUT_;
  static constexpr int DEPTH = SPARSE ? 64 : 32;             // K of one stage
  static constexpr int PACKED = SPARSE ? DEPTH / 2 : DEPTH;  // stored elements of A along it
  static constexpr int STEPS = PACKED / 16;                  // instructions along it
  static constexpr int STAGES =
      SPARSE ? 3 : 128 / DEPTH;  // 96 KiB in all: what every GPU since the A100 gives one block
  static constexpr int A_BYTES = BLOCK_M * PACKED * 2, B_BYTES = BLOCK_N * DEPTH * 2, STAGE_BYTES = A_BYTES + B_BYTES;
  static constexpr int SHARED_BYTES = STAGES * STAGE_BYTES;
  static_assert(SHARED_BYTES <= 99 * 1024, "more than some GPUs since the A100 give one block");
};
