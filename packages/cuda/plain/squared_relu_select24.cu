// r = relu(y1); two of every four neurons are kept, chosen by r. The relu is r, y2 is r^2. The first kernel writes what
// runs along neurons and the dense forms, the second the form along tokens (two of every four tokens, chosen by the
// kept r, or drawn without bias among the kept y2).
#include "group24.cuh"

struct Activations {
  const bf16* y1;
  int columns;

  /** The group of four neurons of a token: fills r, gives the keep mask. */
  __device__ unsigned group(int token, int group, float (&r)[4]) const {
    for (int i = 0; i < 4; i++) {
      float value = toFloat(y1[token * (long long)columns + 4 * group + i]);
      r[i] = value < 0 ? 0 : value;
    }
    return keepTwo(r);
  }
};

extern "C" __global__ void squared_relu_select24_neurons(const bf16* y1, const int* usedRows, int rows, int columns,
                                                         bf16* reluValues, unsigned* reluMetadata, bf16* neuronValues,
                                                         unsigned* neuronMetadata, bf16* neuronDense,
                                                         bf16* tokenDense) {
  Activations activations = {y1, columns};
  Packed relu = {reluValues, reluMetadata, rows, columns, 0};
  Packed neurons = {neuronValues, neuronMetadata, rows, columns, 0};
  int limit = min(rows, usedRows[0]);
  for (long long index = threadNumber(); index < relu.words(); index += threadCount()) {
    Word word(index, rows);
    if (word.row >= limit || word.column >= columns) continue;
    reluMetadata[index] = packWord(relu, word, limit, columns, [&](int row, int group, float (&values)[4]) {
      unsigned kept = activations.group(row, group, values);
      for (int i = 0; i < 4; i++) {
        bf16 square = fromFloat<bf16>(kept >> i & 1 ? values[i] * values[i] : 0);
        if (neuronDense != nullptr) neuronDense[row * (long long)columns + 4 * group + i] = square;
        if (tokenDense != nullptr) tokenDense[row * (long long)columns + 4 * group + i] = square;
      }
      return kept;
    });
    if (neuronValues == nullptr) continue;
    neuronMetadata[index] = packWord(neurons, word, limit, columns, [&](int row, int group, float (&values)[4]) {
      unsigned kept = activations.group(row, group, values);
      for (int i = 0; i < 4; i++) values[i] *= values[i];
      return kept;
    });
  }
}

extern "C" __global__ void squared_relu_select24_tokens(const bf16* y1, const int* usedRows, int rows, int columns,
                                                        bf16* values, unsigned* metadata, const int* step,
                                                        unsigned key) {
  Draw draw = {key, step};
  unsigned state = draw.state();
  Activations activations = {y1, columns};
  Packed tokens = {values, metadata, columns, rows, 1};
  int limit = min(rows, usedRows[0]);
  for (long long index = threadNumber(); index < tokens.words(); index += threadCount()) {
    Word word(index, columns);
    if (word.row >= columns || word.column >= limit) continue;
    metadata[index] = packWord(tokens, word, columns, limit, [&](int neuron, int group, float (&values)[4]) {
      for (int i = 0; i < 4; i++) {
        float r[4];
        unsigned kept = activations.group(4 * group + i, neuron / 4, r);
        values[i] = 0;
#pragma unroll
        for (int j = 0; j < 4; j++) {
          if (j == neuron % 4 && kept >> j & 1) values[i] = r[j];
        }
      }
      unsigned kept = keepTwo(values);
      for (int i = 0; i < 4; i++) values[i] = rounded(values[i] * values[i]);
      return step == nullptr ? kept : keepUnbiased(values, state, group, neuron);
    });
  }
}
