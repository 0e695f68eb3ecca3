#pragma once

#include "voicestand/simd/matrix_by_output.h"
#include "voicestand/simd/matrix_in_place.h"
#include "voicestand/simd/matrix_panels.h"
#include "voicestand/simd/matrix_quantise.h"

namespace voicestand::simd {

// The kernels of an instruction set.
template <typename Vectors>
struct MatrixMultiply {
  static void multiply(const ByteWeights& weights, const ByteRows& x, const float* bias, Finish finish, float* y,
                       size_t y_stride, unsigned char* scratch) noexcept VS_REALTIME {
    using InPlace = MatrixInPlace<Vectors>;
    const MatrixTarget to{.bias = bias, .finish = finish, .y = y, .y_stride = y_stride, .outputs = weights.outputs};
    if (x.count <= InPlace::kMostRows && weights.inputs >= InPlace::kInputs) {
      InPlace::multiply(weights, x, to);
    } else {
      MatrixPanels<Vectors, MatrixOrder::kByInput>::multiply(weights, x, to, scratch);
    }
  }

  // From so many rows on, repacking pays.
  static constexpr size_t kRowsToRepack = 14;

  static void multiply_by_output(const ByteWeights& weights, const ByteRows& x, float* y, size_t y_stride,
                                 unsigned char* scratch) noexcept VS_REALTIME {
    const MatrixTarget to{
        .bias = nullptr, .finish = Finish::kStore, .y = y, .y_stride = y_stride, .outputs = weights.outputs};
    if (x.count < kRowsToRepack) {
      MatrixByOutput<Vectors>::multiply(weights, x, to);
    } else {
      MatrixPanels<Vectors, MatrixOrder::kByOutput>::multiply(weights, x, to, scratch);
    }
  }

  static constexpr MatrixKernels kKernels{.quantise = MatrixQuantise<Vectors>::quantise,
                                          .quantise_as = MatrixQuantise<Vectors>::quantise_as,
                                          .multiply = multiply,
                                          .multiply_by_output = multiply_by_output};
};

}  // namespace voicestand::simd
