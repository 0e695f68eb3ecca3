#pragma once

#include "voicestand/simd/matrix_kernels.h"

namespace voicestand::simd {

// Bytes for numbers, whatever the vectors are; `Vectors` as in matrix_finish.h.
template <typename Vectors>
struct MatrixQuantise {
  using Floats = Vectors::Floats;
  static constexpr size_t kLanes = Vectors::kLanes;

  static float bounded(float x, float least, float most) noexcept VS_REALTIME {
    const float above = x < least ? least : x;
    return above > most ? most : above;
  }

  static void quantise_as(const float* x, size_t count, ByteScale scale, uint8_t* bytes) noexcept VS_REALTIME {
    const Floats factor = Vectors::floats(1.0F / scale.scale);
    const Floats least = Vectors::floats(static_cast<float>(-scale.zero));
    const Floats most = Vectors::floats(255.0F - static_cast<float>(scale.zero));
    const auto zero = Vectors::ints(scale.zero);
    for (size_t i = 0; i < count; i += kLanes) {
      Floats v = Vectors::load_floats(x + i, Vectors::first_lanes(count - i));
      v = Vectors::least(Vectors::floats(kMostQuantised), Vectors::most(Vectors::floats(-kMostQuantised), v));
      v = Vectors::least(most, Vectors::most(least, Vectors::product(v, factor)));
      Vectors::store_rounded(bytes + i, count - i, Vectors::nothing_for_nan(v), zero);
    }
  }

  static ByteScale quantise(const float* x, size_t count, uint8_t* bytes) noexcept VS_REALTIME {
    Floats lows = Vectors::floats(0);
    Floats highs = Vectors::floats(0);
    for (size_t i = 0; i < count; i += kLanes) {
      const Floats v = Vectors::load_floats(x + i, Vectors::first_lanes(count - i));
      lows = Vectors::least(v, lows);  // these are what NaN leaves
      highs = Vectors::most(v, highs);
    }
    float low_of[kLanes];
    float high_of[kLanes];
    Vectors::store_floats(low_of, Vectors::first_lanes(kLanes), lows);
    Vectors::store_floats(high_of, Vectors::first_lanes(kLanes), highs);
    float low = 0;
    float high = 0;
    for (size_t i = 0; i < kLanes; ++i) {
      low = low_of[i] < low ? low_of[i] : low;
      high = high_of[i] > high ? high_of[i] : high;
    }
    low = low < -kMostQuantised ? -kMostQuantised : low;
    high = high > kMostQuantised ? kMostQuantised : high;
    const float step = (high - low) / 255.0F;
    const float scale = step > kLeastScale ? step : kLeastScale;
    constexpr float kPush = 0x1.8p23F;  // pushes out what lies below the units
    const float zero = (bounded(-low * (1.0F / scale), 0.0F, 255.0F) + kPush) - kPush;
    const ByteScale made{.scale = scale, .zero = static_cast<int32_t>(zero)};
    quantise_as(x, count, made, bytes);
    return made;
  }
};

}  // namespace voicestand::simd
