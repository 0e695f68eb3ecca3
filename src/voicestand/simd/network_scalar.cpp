#include <cmath>

#include "voicestand/simd/network_kernels.h"

namespace voicestand::simd {
namespace {

void dense(const DensePlan& plan, const float* x, size_t x_stride, float* y, size_t y_stride) noexcept VS_REALTIME {
  const size_t columns = kBlockSums / plan.rows;
  const float* weights = plan.weights;
  for (size_t block = 0; block < plan.blocks; ++block, weights += columns * plan.inputs) {
    for (size_t row = 0; row < plan.rows; ++row) {
      float sums[kBlockSums];
      for (size_t column = 0; column < columns; ++column) sums[column] = plan.bias[block * columns + column];
      for (size_t input = 0; input < plan.inputs; ++input) {
        const float value = x[row * x_stride + input];
        for (size_t column = 0; column < columns; ++column) sums[column] += value * weights[input * columns + column];
      }
      float* const out = y + row * y_stride + block * columns;
      for (size_t column = 0; column < columns; ++column)
        out[column] = plan.rectify && sums[column] < 0 ? 0 : sums[column];
    }
  }
}

float logistic(float x) noexcept {
  return 1.0F / (1.0F + std::exp(-x));
}

void lstm_cell(const float* gates, float* cell, float* hidden, size_t units) noexcept VS_REALTIME {
  for (size_t i = 0; i < units; ++i) {
    const float let_in = logistic(gates[i]);
    const float keep = logistic(gates[units + i]);
    const float candidate = std::tanh(gates[2 * units + i]);
    const float let_out = logistic(gates[3 * units + i]);
    cell[i] = keep * cell[i] + let_in * candidate;
    hidden[i] = let_out * std::tanh(cell[i]);
  }
}

}  // namespace

const NetworkKernels kNetworkScalar{.dense = dense, .lstm_cell = lstm_cell};

}  // namespace voicestand::simd
