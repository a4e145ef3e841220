// dy1 = 2 * dy2 * relu, rounded to bf16. Along neurons with the mask of the relu; along tokens the two largest of every
// four, or two drawn without bias.
#include "group24.cuh"

struct Gradient {
  const bf16* dy2;
  Packed relu;

  /** dy1 of one group of neurons; zero where nothing is kept. Gives the nibble of the relu. */
  __device__ unsigned group(int token, int group, float (&dy1)[4]) const {
    unsigned nibble = relu.nibble(token, group);
    float first = toFloat(relu.value(token, 2 * group)), second = toFloat(relu.value(token, 2 * group + 1));
#pragma unroll
    for (int i = 0; i < 4; i++) {
      float gradient = toFloat(dy2[token * (long long)relu.k + 4 * group + i]);
      float factor = 2 * (i == (nibble & 3) ? first : second);
      dy1[i] = placesOf(nibble) >> i & 1 ? rounded(gradient * factor) : 0;
    }
    return nibble;
  }
};

extern "C" __global__ void squared_relu_backward_select24_neurons(const bf16* dy2, const int* usedRows, int rows,
                                                                  int columns, bf16* reluValues, unsigned* reluMetadata,
                                                                  bf16* neuronValues, unsigned* neuronMetadata,
                                                                  bf16* neuronDense, bf16* tokenDense) {
  Gradient gradient = {dy2, {reluValues, reluMetadata, rows, columns, 0}};
  Packed neurons = {neuronValues, neuronMetadata, rows, columns, 0};
  int limit = min(rows, usedRows[0]);
  for (long long index = threadNumber(); index < gradient.relu.words(); index += threadCount()) {
    Word word(index, rows);
    if (word.row >= limit || word.column >= columns) continue;
    if (neuronValues != nullptr) {
      neuronMetadata[index] = packWord(neurons, word, limit, columns, [&](int row, int group, float (&values)[4]) {
        return placesOf(gradient.group(row, group, values));
      });
    }
    for (int i = 0; i < 8 && (neuronDense != nullptr || tokenDense != nullptr); i++) {
      int row = word.row + i / 4 * 8, column = word.column + i % 4 * 4;
      if (row >= limit || column >= columns) continue;
      float values[4];
      gradient.group(row, column / 4, values);
      for (int j = 0; j < 4; j++) {
        if (neuronDense != nullptr) neuronDense[row * (long long)columns + column + j] = fromFloat<bf16>(values[j]);
        if (tokenDense != nullptr) tokenDense[row * (long long)columns + column + j] = fromFloat<bf16>(values[j]);
      }
    }
  }
}

extern "C" __global__ void squared_relu_backward_select24_tokens(const bf16* dy2, const int* usedRows, int rows,
                                                                 int columns, bf16* reluValues, unsigned* reluMetadata,
                                                                 bf16* values, unsigned* metadata, const int* step,
                                                                 unsigned key) {
  Draw draw = {key, step};
  unsigned state = draw.state();
  Gradient gradient = {dy2, {reluValues, reluMetadata, rows, columns, 0}};
  Packed tokens = {values, metadata, columns, rows, 1};
  int limit = min(rows, usedRows[0]);
  for (long long index = threadNumber(); index < tokens.words(); index += threadCount()) {
    Word word(index, columns);
    if (word.row >= columns || word.column >= limit) continue;
    metadata[index] = packWord(tokens, word, columns, limit, [&](int neuron, int group, float (&values)[4]) {
      for (int i = 0; i < 4; i++) {
        float dy1[4];
        gradient.group(4 * group + i, neuron / 4, dy1);
        values[i] = 0;
#pragma unroll
        for (int j = 0; j < 4; j++) {
          if (j == neuron % 4) values[i] = dy1[j];
        }
      }
      return step == nullptr ? keepTwo(values) : keepUnbiased(values, state, group, neuron);
    });
  }
}
