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

void add_bytes(const uint8_t* bytes, size_t count, float zero, float factor, float* y) noexcept VS_REALTIME {
  for (size_t i = 0; i < count; ++i) y[i] += factor * (static_cast<float>(bytes[i]) - zero);
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

const ByteRowKernels kByteRowScalar{.greatest = greatest, .add_bytes = add_bytes, .softmax = softmax};

}  // namespace voicestand::simd
