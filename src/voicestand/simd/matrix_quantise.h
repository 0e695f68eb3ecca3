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

  // Where all numbers are within kMostQuantised, or none, and become 0..255, but for rounding, at `scale`.
  static void quantise_within(const float* x, size_t count, ByteScale scale, uint8_t* bytes) noexcept VS_REALTIME {
    const Floats factor = Vectors::floats(1.0F / scale.scale);
    size_t i = 0;
    for (; i + 4 * kLanes <= count; i += 4 * kLanes) {
      typename Vectors::Ints values[4];
#pragma GCC unroll 4
      for (size_t k = 0; k < 4; ++k)
        values[k] = Vectors::rounded(Vectors::product(Vectors::load_floats(x + i + k * kLanes), factor));
      Vectors::store_four(bytes + i, values, scale.zero);
    }
    if (i < count) quantise_as(x + i, count - i, scale, bytes + i);
  }

  static ByteScale quantise(const float* x, size_t count, uint8_t* bytes) noexcept VS_REALTIME {
    // What NaN leaves; four of each, so that none waits for the one before.
    Floats lows[4] = {Vectors::floats(0), Vectors::floats(0), Vectors::floats(0), Vectors::floats(0)};
    Floats highs[4] = {Vectors::floats(0), Vectors::floats(0), Vectors::floats(0), Vectors::floats(0)};
    size_t i = 0;
    for (; i + 4 * kLanes <= count; i += 4 * kLanes) {
#pragma GCC unroll 4
      for (size_t k = 0; k < 4; ++k) {
        const Floats v = Vectors::load_floats(x + i + k * kLanes);
        lows[k] = Vectors::least(v, lows[k]);
        highs[k] = Vectors::most(v, highs[k]);
      }
    }
    for (; i < count; i += kLanes) {
      const Floats v = Vectors::load_floats(x + i, Vectors::first_lanes(count - i));
      lows[0] = Vectors::least(v, lows[0]);
      highs[0] = Vectors::most(v, highs[0]);
    }
    const float lowest =
        Vectors::least_lane(Vectors::least(Vectors::least(lows[0], lows[1]), Vectors::least(lows[2], lows[3])));
    const float highest =
        Vectors::most_lane(Vectors::most(Vectors::most(highs[0], highs[1]), Vectors::most(highs[2], highs[3])));
    const float low = lowest < -kMostQuantised ? -kMostQuantised : lowest;
    const float high = highest > kMostQuantised ? kMostQuantised : highest;
    const float step = (high - low) / 255.0F;
    const float scale = step > kLeastScale ? step : kLeastScale;
    constexpr float kPush = 0x1.8p23F;  // pushes out what lies below the units
    const float zero = (bounded(-low * (1.0F / scale), 0.0F, 255.0F) + kPush) - kPush;
    const ByteScale made{.scale = scale, .zero = static_cast<int32_t>(zero)};
    if (low == lowest && high == highest) {
      quantise_within(x, count, made, bytes);
    } else {
      quantise_as(x, count, made, bytes);
    }
    return made;
  }
};

}  // namespace voicestand::simd
