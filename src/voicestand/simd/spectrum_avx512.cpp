#include "voicestand/simd/avx512_intrinsics.h"
#include "voicestand/simd/spectrum_kernels.h"

namespace voicestand::simd {
namespace {

constexpr size_t kLanes = 16;

struct Complex {
  float* real;
  float* imaginary;
};

struct Lanes {
  __m512 real;
  __m512 imaginary;
};

inline Lanes load(Complex from, size_t at) noexcept {
  return {_mm512_loadu_ps(from.real + at), _mm512_loadu_ps(from.imaginary + at)};
}

inline void store(Lanes value, Complex to, size_t at) noexcept {
  _mm512_storeu_ps(to.real + at, value.real);
  _mm512_storeu_ps(to.imaginary + at, value.imaginary);
}

inline Lanes add(Lanes a, Lanes b) noexcept {
  return {_mm512_add_ps(a.real, b.real), _mm512_add_ps(a.imaginary, b.imaginary)};
}

inline Lanes subtract(Lanes a, Lanes b) noexcept {
  return {_mm512_sub_ps(a.real, b.real), _mm512_sub_ps(a.imaginary, b.imaginary)};
}

inline Lanes multiply(Lanes a, Lanes b) noexcept {
  return {_mm512_fmsub_ps(a.real, b.real, _mm512_mul_ps(a.imaginary, b.imaginary)),
          _mm512_fmadd_ps(a.real, b.imaginary, _mm512_mul_ps(a.imaginary, b.real))};
}

// Stores four vectors so that groups of four lanes alternate between them.
inline void interleave_fours(__m512 a, __m512 b, __m512 c, __m512 d, float* to) noexcept {
  const __m512 ab_front = _mm512_shuffle_f32x4(a, b, 0x44);
  const __m512 ab_back = _mm512_shuffle_f32x4(a, b, 0xEE);
  const __m512 cd_front = _mm512_shuffle_f32x4(c, d, 0x44);
  const __m512 cd_back = _mm512_shuffle_f32x4(c, d, 0xEE);
  _mm512_storeu_ps(to, _mm512_shuffle_f32x4(ab_front, cd_front, 0x88));
  _mm512_storeu_ps(to + 16, _mm512_shuffle_f32x4(ab_front, cd_front, 0xDD));
  _mm512_storeu_ps(to + 32, _mm512_shuffle_f32x4(ab_back, cd_back, 0x88));
  _mm512_storeu_ps(to + 48, _mm512_shuffle_f32x4(ab_back, cd_back, 0xDD));
}

// The same with single lanes: transposed within groups of four, it is that.
inline void interleave_ones(__m512 a, __m512 b, __m512 c, __m512 d, float* to) noexcept {
  const __m512 ab_low = _mm512_unpacklo_ps(a, b);
  const __m512 ab_high = _mm512_unpackhi_ps(a, b);
  const __m512 cd_low = _mm512_unpacklo_ps(c, d);
  const __m512 cd_high = _mm512_unpackhi_ps(c, d);
  interleave_fours(_mm512_shuffle_ps(ab_low, cd_low, 0x44), _mm512_shuffle_ps(ab_low, cd_low, 0xEE),
                   _mm512_shuffle_ps(ab_high, cd_high, 0x44), _mm512_shuffle_ps(ab_high, cd_high, 0xEE), to);
}

// One radix-4 stage; the factor's index is the input's. kStride: how many transforms are interleaved, 0 where whole
// vectors are and `stride` says it.
template <size_t kStride>
inline void stage(size_t quarter, size_t stride, const float* twiddles, Complex x, Complex y) noexcept {
  for (size_t i = 0; i < quarter; i += kLanes) {
    const Lanes a = load(x, i);
    const Lanes b = load(x, i + quarter);
    const Lanes c = load(x, i + 2 * quarter);
    const Lanes d = load(x, i + 3 * quarter);
    const Lanes even_sum = add(a, c);
    const Lanes even_difference = subtract(a, c);
    const Lanes odd_sum = add(b, d);
    const Lanes odd_difference = subtract(b, d);
    const Lanes turned{_mm512_sub_ps(d.imaginary, b.imaginary), odd_difference.real};  // times i
    const auto factor = [=](size_t part) noexcept {
      const float* const from = twiddles + 2 * part * quarter + i;
      return Lanes{_mm512_loadu_ps(from), _mm512_loadu_ps(from + quarter)};
    };
    const Lanes out_0 = add(even_sum, odd_sum);
    const Lanes out_1 = multiply(subtract(even_difference, turned), factor(0));
    const Lanes out_2 = multiply(subtract(even_sum, odd_sum), factor(1));
    const Lanes out_3 = multiply(add(even_difference, turned), factor(2));
    if constexpr (kStride == 1) {
      interleave_ones(out_0.real, out_1.real, out_2.real, out_3.real, y.real + 4 * i);
      interleave_ones(out_0.imaginary, out_1.imaginary, out_2.imaginary, out_3.imaginary, y.imaginary + 4 * i);
    } else if constexpr (kStride == 4) {
      interleave_fours(out_0.real, out_1.real, out_2.real, out_3.real, y.real + 4 * i);
      interleave_fours(out_0.imaginary, out_1.imaginary, out_2.imaginary, out_3.imaginary, y.imaginary + 4 * i);
    } else {
      const size_t out = i + 3 * (i & ~(stride - 1));
      store(out_0, y, out);
      store(out_1, y, out + stride);
      store(out_2, y, out + 2 * stride);
      store(out_3, y, out + 3 * stride);
    }
  }
}

inline void swap(Complex& a, Complex& b) noexcept {
  const Complex c = a;
  a = b;
  b = c;
}

// The samples under the window, even ones as real parts, odd ones as imaginary parts.
inline void begin(const SpectrumPlan& plan, const float* samples, Complex x) noexcept {
  const __m512i even = _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
  const __m512i odd = _mm512_setr_epi32(1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31);
  for (size_t i = 0; i < plan.size / 2; i += kLanes) {
    const __m512 low = _mm512_mul_ps(_mm512_loadu_ps(samples + 2 * i), _mm512_loadu_ps(plan.window + 2 * i));
    const __m512 high =
        _mm512_mul_ps(_mm512_loadu_ps(samples + 2 * i + kLanes), _mm512_loadu_ps(plan.window + 2 * i + kLanes));
    store({_mm512_permutex2var_ps(low, even, high), _mm512_permutex2var_ps(low, odd, high)}, x, i);
  }
}

inline __m512 reversed(__m512 value) noexcept {
  return _mm512_permutexvar_ps(_mm512_setr_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0), value);
}

template <bool kRoot>
inline __m512 finished(Lanes value) noexcept {
  const __m512 sum = _mm512_fmadd_ps(value.real, value.real, _mm512_mul_ps(value.imaginary, value.imaginary));
  const __m512 power = _mm512_mul_ps(sum, _mm512_set1_ps(0.25F));
  return kRoot ? _mm512_sqrt_ps(power) : power;
}

// Takes the spectra of the even and the odd samples apart, puts them together, and measures them.
template <bool kRoot>
inline void end(size_t points, const float* twiddles, Complex x, float* spectrum) noexcept {
  const float lowest = x.real[0] + x.imaginary[0];
  const float highest = x.real[0] - x.imaginary[0];
  for (size_t k = 1; k <= points / 2; k += kLanes) {
    const size_t mirrored = points - k - (kLanes - 1);
    const Lanes forward = load(x, k);
    const Lanes back = load(x, mirrored);
    const Lanes mirror{reversed(back.real), reversed(back.imaginary)};
    const Lanes even{_mm512_add_ps(forward.real, mirror.real), _mm512_sub_ps(forward.imaginary, mirror.imaginary)};
    const Lanes odd{_mm512_add_ps(forward.imaginary, mirror.imaginary), _mm512_sub_ps(mirror.real, forward.real)};
    const Lanes factor{_mm512_loadu_ps(twiddles + k - 1), _mm512_loadu_ps(twiddles + points / 2 + k - 1)};
    const Lanes turned = multiply(odd, factor);
    _mm512_storeu_ps(spectrum + k, finished<kRoot>(add(even, turned)));
    _mm512_storeu_ps(spectrum + mirrored, reversed(finished<kRoot>(subtract(even, turned))));
  }
  const __m128 ends = _mm_setr_ps(lowest, highest, 0, 0);
  const __m128 power = _mm_mul_ps(ends, ends);
  const __m128 measured = kRoot ? _mm_sqrt_ps(power) : power;
  _mm_store_ss(spectrum, measured);
  _mm_store_ss(spectrum + points, _mm_movehdup_ps(measured));
}

template <bool kRoot>
void transform(const SpectrumPlan& plan, const float* samples, float* scratch, float* spectrum) noexcept VS_REALTIME {
  const size_t points = plan.size / 2;
  const size_t quarter = points / 4;
  const float* twiddles = plan.twiddles;
  Complex x{scratch, scratch + points};
  Complex y{scratch + 2 * points, scratch + 3 * points};
  begin(plan, samples, x);
  stage<1>(quarter, 1, twiddles, x, y);
  stage<4>(quarter, 4, twiddles + 6 * quarter, y, x);
  twiddles += 12 * quarter;
  size_t stride = 16;
  for (; 4 * stride <= points; stride *= 4, twiddles += 6 * quarter) {
    stage<0>(quarter, stride, twiddles, x, y);
    swap(x, y);
  }
  if (stride < points) {
    for (size_t i = 0; i < stride; i += kLanes) {
      const Lanes a = load(x, i);
      const Lanes b = load(x, i + stride);
      store(add(a, b), y, i);
      store(subtract(a, b), y, i + stride);
    }
    swap(x, y);
  }
  end<kRoot>(points, twiddles, x, spectrum);
}

}  // namespace

const SpectrumKernels VS_AVX512_TABLE(kSpectrum){.magnitude = transform<true>, .power = transform<false>};

}  // namespace voicestand::simd
