#pragma once

#include <cstddef>
#include <cstdint>

// The kernels' work as plain loops, compiled without vector instructions of their own: what "times faster" refers to.
// Thread: any.
namespace voicestand::bench::scalar {

void gain(const float* in, float factor, float* out, std::size_t count) noexcept;
void s16_to_f32(const std::int16_t* in, float factor, float* out, std::size_t count) noexcept;
[[nodiscard]] float dot(const float* a, const float* b, std::size_t count) noexcept;
[[nodiscard]] float peak(const float* in, std::size_t count) noexcept;
[[nodiscard]] double sum_of_squares(const float* in, std::size_t count) noexcept;

}  // namespace voicestand::bench::scalar
