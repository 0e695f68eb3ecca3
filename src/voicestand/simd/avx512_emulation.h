#pragma once

// AVX-512 in plain code, for tests: SIMDe's, and what its version 0.7.4 lacks of what the kernels use. An intrinsic
// that a new kernel needs and that neither has is added here, lane by lane.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>

#define SIMDE_ENABLE_NATIVE_ALIASES
#include <simde/x86/avx512.h>
#include <simde/x86/fma.h>

// NOLINTBEGIN(bugprone-reserved-identifier,readability-identifier-naming,cert-dcl37-c,cert-dcl51-cpp): Intel's names
using __mmask8 = simde__mmask8;
using __mmask16 = simde__mmask16;

namespace voicestand::simd::emulation {

// A vector's lanes as an array of `Lane`, and back.
template <typename Lane, typename Vector>
struct Lanes {
  static constexpr std::size_t kCount = sizeof(Vector) / sizeof(Lane);
  Lane lane[kCount];

  Lanes() : lane{} {}
  explicit Lanes(const Vector& vector) { std::memcpy(lane, &vector, sizeof vector); }
  [[nodiscard]] Vector vector() const {
    Vector vector;
    std::memcpy(&vector, lane, sizeof vector);
    return vector;
  }
};

// Each lane converted by `one`.
template <typename To, typename ToVector, typename From, typename FromVector, typename One>
ToVector each(const FromVector& from, One one) {
  const Lanes<From, FromVector> in(from);
  Lanes<To, ToVector> out;
  static_assert(in.kCount == out.kCount);
  for (std::size_t i = 0; i < in.kCount; ++i) out.lane[i] = one(in.lane[i]);
  return out.vector();
}

// Lanes whose bit is not set are neither read nor written.
template <typename Lane, typename Vector>
Vector masked_load(unsigned mask, const void* from) {
  Lanes<Lane, Vector> out;
  for (std::size_t i = 0; i < out.kCount; ++i) {
    if ((mask >> i & 1U) != 0) std::memcpy(&out.lane[i], static_cast<const Lane*>(from) + i, sizeof(Lane));
  }
  return out.vector();
}

template <typename Lane, typename Vector>
void masked_store(void* to, unsigned mask, const Vector& vector) {
  const Lanes<Lane, Vector> in(vector);
  for (std::size_t i = 0; i < in.kCount; ++i) {
    if ((mask >> i & 1U) != 0) std::memcpy(static_cast<Lane*>(to) + i, &in.lane[i], sizeof(Lane));
  }
}

}  // namespace voicestand::simd::emulation

#define VS_EMULATION voicestand::simd::emulation

inline __m512 _mm512_maskz_loadu_ps(__mmask16 mask, const void* from) {
  return VS_EMULATION::masked_load<float, __m512>(mask, from);
}
inline __m512i _mm512_maskz_loadu_epi32(__mmask16 mask, const void* from) {
  return VS_EMULATION::masked_load<std::int32_t, __m512i>(mask, from);
}
inline void _mm512_mask_storeu_ps(void* to, __mmask16 mask, __m512 vector) {
  VS_EMULATION::masked_store<float>(to, mask, vector);
}

inline __m512 _mm512_cvtepi32_ps(__m512i from) {
  return VS_EMULATION::each<float, __m512, std::int32_t>(from,
                                                         [](std::int32_t lane) { return static_cast<float>(lane); });
}
inline __m512i _mm512_cvtepi16_epi32(__m256i from) {
  return VS_EMULATION::each<std::int32_t, __m512i, std::int16_t>(from, [](std::int16_t lane) { return lane; });
}
// To the nearest, ties to even; what does not fit becomes the least integer.
inline __m512i _mm512_cvtps_epi32(__m512 from) {
  return VS_EMULATION::each<std::int32_t, __m512i, float>(from, [](float lane) {
    const float rounded = std::nearbyint(lane);
    return rounded >= -0x1p31F && rounded < 0x1p31F ? static_cast<std::int32_t>(rounded) : INT32_MIN;
  });
}
inline __m512d _mm512_cvtps_pd(__m256 from) {
  return VS_EMULATION::each<double, __m512d, float>(from, [](float lane) { return static_cast<double>(lane); });
}
inline __m256 _mm512_cvtpd_ps(__m512d from) {
  return VS_EMULATION::each<float, __m256, double>(from, [](double lane) { return static_cast<float>(lane); });
}
inline __m512i _mm512_srai_epi32(__m512i from, unsigned bits) {
  return VS_EMULATION::each<std::int32_t, __m512i, std::int32_t>(from, [=](std::int32_t lane) { return lane >> bits; });
}

#define _mm512_shuffle_f32x4(a, b, lanes) \
  _mm512_castsi512_ps(_mm512_shuffle_i32x4(_mm512_castps_si512(a), _mm512_castps_si512(b), lanes))

// SIMDe's alias of these wants two arguments too many.
#undef _mm512_madd_epi16
inline __m512i _mm512_madd_epi16(__m512i a, __m512i b) {
  return simde_mm512_madd_epi16(a, b);
}
// NOLINTEND(bugprone-reserved-identifier,readability-identifier-naming,cert-dcl37-c,cert-dcl51-cpp)
