#include <cmath>

#include "voicestand/simd/byte_row_kernels.h"

namespace voicestand::simd {
namespace {

size_t greatest(const float* x, size_t count) noexcept VS_REALTIME {
  size_t at = 0;
  float most = -1;
  for (size_t i = 0; i < count; ++i) {
    const float magnitude = std::fabs(x[i]);
    if (!(magnitude > most)) continue;
    most = magnitude;
    at = i;
  }
  return at;
}

void add_inputs(const ByteWeights& weights, const InputValue* inputs, size_t count, float* y) noexcept VS_REALTIME {
  const float zero = static_cast<float>(weights.zero) + weights.zero_fraction;
  for (size_t output = 0; output < weights.outputs; ++output) {
    for (size_t j = 0; j < count; ++j) {
      const uint8_t byte = weights.bytes[inputs[j].input * weights.outputs + output];
      y[output] += inputs[j].value * weights.scale * (static_cast<float>(byte) - zero);
    }
  }
}

float softmax(const float* x, size_t count, uint8_t* bytes) noexcept VS_REALTIME {
  float most = -HUGE_VALF;
  for (size_t i = 0; i < count; ++i) most = x[i] > most ? x[i] : most;
  float sum = 0;
  for (size_t i = 0; i < count; ++i) {
    const float e = std::exp(x[i] - most);
    sum += e;
    bytes[i] = e >= 0 ? static_cast<uint8_t>(255.0F * e + kDither[i % kDithers]) : uint8_t{0};
  }
  return 1.0F / (255.0F * sum);
}

}  // namespace

const ByteRowKernels kByteRowScalar{.greatest = greatest, .add_inputs = add_inputs, .softmax = softmax};

}  // namespace voicestand::simd
