#pragma once

// AVX-512 in plain code, for tests: SIMDe's, and what its version 0.7.4 lacks of what the kernels use. An intrinsic
// that a new kernel needs and that neither has is added here, lane by lane.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>  // before SIMDe, which then takes the compiler's own types
#else
using __mmask8 = std::uint8_t;
using __mmask16 = std::uint16_t;
using __mmask64 = std::uint64_t;
#endif

#define SIMDE_ENABLE_NATIVE_ALIASES
#include <simde/x86/avx512.h>
#include <simde/x86/fma.h>

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
Vector masked_load(std::uint64_t mask, const void* from) {
  Lanes<Lane, Vector> out;
  for (std::size_t i = 0; i < out.kCount; ++i) {
    if ((mask >> i & 1U) != 0)
      std::memcpy(&out.lane[i], static_cast<const std::byte*>(from) + i * sizeof(Lane), sizeof(Lane));
  }
  return out.vector();
}

template <typename Lane, typename Vector>
void masked_store(void* to, std::uint64_t mask, const Vector& vector) {
  const Lanes<Lane, Vector> in(vector);
  for (std::size_t i = 0; i < in.kCount; ++i) {
    if ((mask >> i & 1U) != 0) std::memcpy(static_cast<std::byte*>(to) + i * sizeof(Lane), &in.lane[i], sizeof(Lane));
  }
}

inline __m512i maskz_loadu_epi8(__mmask64 mask, const void* from) {
  return masked_load<std::uint8_t, __m512i>(mask, from);
}
inline __m512 maskz_loadu_ps(__mmask16 mask, const void* from) {
  return masked_load<float, __m512>(mask, from);
}
inline __m512i maskz_loadu_epi32(__mmask16 mask, const void* from) {
  return masked_load<std::int32_t, __m512i>(mask, from);
}
inline void mask_storeu_ps(void* to, __mmask16 mask, __m512 vector) {
  masked_store<float>(to, mask, vector);
}

// The lowest byte of each lane.
template <typename Vector>
void mask_cvtepi32_storeu_epi8(void* to, __mmask16 mask, const Vector& vector) {
  const Lanes<std::uint32_t, Vector> in(vector);
  for (std::size_t i = 0; i < in.kCount; ++i) {
    if ((mask >> i & 1U) != 0) static_cast<std::uint8_t*>(to)[i] = static_cast<std::uint8_t>(in.lane[i]);
  }
}

inline __m512 cvtepi32_ps(__m512i from) {
  return each<float, __m512, std::int32_t>(from, [](std::int32_t lane) { return static_cast<float>(lane); });
}
inline __m512i cvtepu8_epi32(__m128i from) {
  return each<std::int32_t, __m512i, std::uint8_t>(from, [](std::uint8_t lane) { return lane; });
}
inline __m512i cvtepi16_epi32(__m256i from) {
  return each<std::int32_t, __m512i, std::int16_t>(from, [](std::int16_t lane) { return lane; });
}
// To the nearest, ties to even; what does not fit becomes the least integer.
inline __m512i cvtps_epi32(__m512 from) {
  return each<std::int32_t, __m512i, float>(from, [](float lane) {
    const float rounded = std::nearbyint(lane);
    return rounded >= -0x1p31F && rounded < 0x1p31F ? static_cast<std::int32_t>(rounded) : INT32_MIN;
  });
}
// Towards 0; what does not fit becomes the least integer.
inline __m512i cvttps_epi32(__m512 from) {
  return each<std::int32_t, __m512i, float>(from, [](float lane) {
    return lane >= -0x1p31F && lane < 0x1p31F ? static_cast<std::int32_t>(lane) : INT32_MIN;
  });
}
inline __m128i cvtepi32_epi8(__m512i from) {
  return each<std::uint8_t, __m128i, std::uint32_t>(from,
                                                    [](std::uint32_t lane) { return static_cast<std::uint8_t>(lane); });
}
inline __m512d cvtps_pd(__m256 from) {
  return each<double, __m512d, float>(from, [](float lane) { return static_cast<double>(lane); });
}
inline __m256 cvtpd_ps(__m512d from) {
  return each<float, __m256, double>(from, [](double lane) { return static_cast<float>(lane); });
}
inline __m512i srai_epi32(__m512i from, unsigned bits) {
  return each<std::int32_t, __m512i, std::int32_t>(from, [=](std::int32_t lane) { return lane >> bits; });
}

// Each lane what `one` makes of its place and those of three vectors.
template <typename Vector, typename One>
Vector each_place(const Vector& a, const Vector& b, const Vector& c, One one) {
  const Lanes<float, Vector> x(a), y(b), z(c);
  Lanes<float, Vector> out;
  for (std::size_t i = 0; i < out.kCount; ++i) out.lane[i] = one(i, x.lane[i], y.lane[i], z.lane[i]);
  return out.vector();
}
inline __m512 fmaddsub_ps(__m512 a, __m512 b, __m512 c) {
  return each_place(
      a, b, c, [](std::size_t place, float x, float y, float z) { return std::fma(x, y, place % 2 == 0 ? -z : z); });
}
inline __m512 scalef_ps(__m512 a, __m512 powers) {
  return each_place(a, powers, powers, [](std::size_t, float x, float power, float) {
    return std::isnan(power) ? power : std::ldexp(x, static_cast<int>(std::clamp(std::floor(power), -999.0F, 999.0F)));
  });
}

}  // namespace voicestand::simd::emulation

// NOLINTBEGIN(bugprone-reserved-identifier,readability-identifier-naming): Intel's names
#define _mm512_maskz_loadu_epi8(...) voicestand::simd::emulation::maskz_loadu_epi8(__VA_ARGS__)
#define _mm512_maskz_loadu_ps(...) voicestand::simd::emulation::maskz_loadu_ps(__VA_ARGS__)
#define _mm512_maskz_loadu_epi32(...) voicestand::simd::emulation::maskz_loadu_epi32(__VA_ARGS__)
#define _mm512_mask_storeu_ps(...) voicestand::simd::emulation::mask_storeu_ps(__VA_ARGS__)
#define _mm512_mask_cvtepi32_storeu_epi8(...) voicestand::simd::emulation::mask_cvtepi32_storeu_epi8(__VA_ARGS__)
#define _mm512_cvtepi32_ps(...) voicestand::simd::emulation::cvtepi32_ps(__VA_ARGS__)
#define _mm512_cvtepu8_epi32(...) voicestand::simd::emulation::cvtepu8_epi32(__VA_ARGS__)
#define _mm512_cvtepi16_epi32(...) voicestand::simd::emulation::cvtepi16_epi32(__VA_ARGS__)
#define _mm512_cvtps_epi32(...) voicestand::simd::emulation::cvtps_epi32(__VA_ARGS__)
#define _mm512_cvttps_epi32(...) voicestand::simd::emulation::cvttps_epi32(__VA_ARGS__)
#define _mm512_cvtepi32_epi8(...) voicestand::simd::emulation::cvtepi32_epi8(__VA_ARGS__)
#define _mm512_cvtps_pd(...) voicestand::simd::emulation::cvtps_pd(__VA_ARGS__)
#define _mm512_cvtpd_ps(...) voicestand::simd::emulation::cvtpd_ps(__VA_ARGS__)
#define _mm512_fmaddsub_ps(...) voicestand::simd::emulation::fmaddsub_ps(__VA_ARGS__)
#undef _mm512_scalef_ps  // SIMDe's is not exact
#define _mm512_scalef_ps(...) voicestand::simd::emulation::scalef_ps(__VA_ARGS__)
#undef _mm512_srai_epi32  // without optimisation the compiler's own is a macro
#define _mm512_srai_epi32(...) voicestand::simd::emulation::srai_epi32(__VA_ARGS__)
// SIMDe has this, but no alias of it.
#undef _mm512_shuffle_f32x4
#define _mm512_shuffle_f32x4(a, b, lanes) simde_mm512_shuffle_f32x4(a, b, lanes)
// SIMDe's alias of this wants two arguments too many.
#undef _mm512_madd_epi16
#define _mm512_madd_epi16(a, b) simde_mm512_madd_epi16(a, b)
// NOLINTEND(bugprone-reserved-identifier,readability-identifier-naming)
