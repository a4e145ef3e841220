// Row cursor mod N of a ring of statistics. One launch a value, then one that moves the cursor.
#include "common.cuh"

template <class T>
__device__ void recordRow(const T* values, int count, float* ring, const int* cursor, int rows, int width, int column) {
  float* row = ring + (unsigned(cursor[0]) % unsigned(rows)) * (long long)width + column;
  for (int i = threadIdx.x; i < count; i += blockDim.x) row[i] = float(values[i]);
}

extern "C" __global__ void record_row_f32(const float* values, int count, float* ring, const int* cursor, int rows,
                                          int width, int column) {
  recordRow(values, count, ring, cursor, rows, width, column);
}
extern "C" __global__ void record_row_i32(const int* values, int count, float* ring, const int* cursor, int rows,
                                          int width, int column) {
  recordRow(values, count, ring, cursor, rows, width, column);
}
extern "C" __global__ void record_row_advance(int* cursor) { cursor[0] += 1; }
