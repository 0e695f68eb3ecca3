#pragma once

#include <stddef.h>

#include "voicestand/base/realtime.h"

namespace voicestand::simd {

// A matrix of weights with a bias, to be applied to one, two or four rows at once: all that a small network's dense
// layers and convolutions are. The outputs are in blocks, so that a block of every row makes kBlockSums sums, which is
// what the registers hold; within a block the weights lie input by input.
struct DensePlan {
  size_t rows;
  size_t inputs;
  size_t blocks;         // of kBlockSums / rows outputs each
  const float* weights;  // blocks x inputs x outputs of a block, on a cache line's boundary
  const float* bias;     // one for each output
  bool rectify;          // outputs below 0 become 0
};

inline constexpr size_t kBlockSums = 64;

struct NetworkKernels {
  // y[r][o] = bias[o] + sum over i of weight[o][i] x[r][i], summed in any order. Row r begins at x + r * x_stride and
  // at y + r * y_stride. x and y do not overlap. What is no number stays so, also where the layer rectifies.
  void (*dense)(const DensePlan& plan, const float* x, size_t x_stride, float* y, size_t y_stride) noexcept VS_REALTIME;

  // One step of an LSTM cell. `gates` holds `units` sums each for the input, forget, cell and output gate:
  // cell = logistic(forget) cell + logistic(input) tanh(candidate); hidden = logistic(output) tanh(cell).
  // tanh errs by at most 4e-7 of its value, the logistic function by at most 3e-7. Arrays do not overlap.
  void (*lstm_cell)(const float* gates, float* cell, float* hidden, size_t units) noexcept VS_REALTIME;
};

extern const NetworkKernels kNetworkScalar;
extern const NetworkKernels kNetworkAvx2;
extern const NetworkKernels kNetworkAvx512;

}  // namespace voicestand::simd
